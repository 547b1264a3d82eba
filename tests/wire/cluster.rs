//! A watched cluster: groups, activities, instances, consoles and ways out, each as a whole value.

use std::fmt::Debug;

use kopswain::core::cluster::cloud::{
    ActivityStatus, CloudAnswer, CloudGroup, CloudInstance, GroupMember, InstancePath,
    InstanceState, ScalingActivity, StatusCheck,
};
use kopswain::core::cluster::console::ConsoleOutput;
use kopswain::core::fault::Fault;
use kopswain::core::inventory::{MissingFact, Unread};
use kopswain::core::plan::GroupRole;
use kopswain::core::text::untrusted::Untrusted;
use kopswain::core::unix_time::UnixTime;
use kopswain::io::aws;
use kopswain::io::settings::Settings;

use crate::server::{CASE, Reply, Request, Server, run};
use crate::whole::calls;
use crate::world::{ec2, refusal, world};

const CLUSTER: &str = "c.example.com";

/// The process of a case, a question and its ids; does nothing when the tests themselves run.
#[tokio::test]
async fn child() {
    let Ok(case) = std::env::var(CASE) else {
        return;
    };
    let mut words = case.split(' ').map(str::to_owned);
    let question = words.next().unwrap();
    let ids: Vec<String> = words.collect();
    let account = aws::connect(&Settings::default()).await.unwrap();
    let answer = match question.as_str() {
        "groups" => format!("{:#?}", account.cloud_groups(CLUSTER).await),
        "activities" => format!("{:#?}", account.scaling_activities(&ids).await),
        "instances" => format!("{:#?}", account.cloud_instances(&ids).await),
        "paths" => format!("{:#?}", account.instance_paths(&ids, &[]).await),
        "path-to" => {
            let paths = account.instance_paths(&ids[..1], &ids[1..]).await;
            format!("{paths:#?}")
        }
        _ => format!("{:#?}", account.console_output(&ids[0]).await),
    };
    println!("\noutcome {}", serde_json::to_string(&answer).unwrap());
}

fn hold<T: Debug>(server: &Server, case: &str, wanted: &Result<T, Fault>) {
    let found: String = run("cluster::child", case, &server.variables());
    hold_lines(&found, &format!("{wanted:#?}"));
}

// The first line that differs: the whole is long.
fn hold_lines(found: &str, wanted: &str) {
    let mut pairs = found.lines().zip(wanted.lines()).enumerate();
    assert_eq!(pairs.find(|(_, (found, wanted))| found != wanted), None);
    assert_eq!(found, wanted);
}

fn text(text: &str) -> Untrusted {
    Untrusted::from(text)
}

/// An answer of Auto Scaling.
fn scaling(action: &str, body: &str) -> Reply {
    let body = format!(
        "<{action}Response xmlns=\"http://autoscaling.amazonaws.com/doc/2011-01-01/\"><{action}Result>{body}</{action}Result></{action}Response>"
    );
    Reply::Http(200, body)
}

fn scaling_error(status: u16, code: &str, message: &str) -> Reply {
    let error = format!("<Type>Sender</Type><Code>{code}</Code><Message>{message}</Message>");
    Reply::Http(
        status,
        format!("<ErrorResponse><Error>{error}</Error></ErrorResponse>"),
    )
}

fn tags(pairs: &[(&str, &str)]) -> String {
    let member = |(key, value): &(&str, &str)| {
        format!("<member><Key>{key}</Key><Value>{value}</Value></member>")
    };
    let members: String = pairs.iter().map(member).collect();
    format!("<Tags>{members}</Tags>")
}

fn member(id: &str, lifecycle: &str, version: &str, more: &str) -> String {
    format!(
        "<member><InstanceId>{id}</InstanceId><InstanceType>t3.large</InstanceType>\
         <AvailabilityZone>us-east-1b</AvailabilityZone><LifecycleState>{lifecycle}</LifecycleState>\
         <HealthStatus>Healthy</HealthStatus><LaunchTemplate><LaunchTemplateId>lt-1</LaunchTemplateId>\
         <Version>{version}</Version></LaunchTemplate>{more}</member>"
    )
}

fn nodes() -> String {
    let members = [
        member("i-new", "InService", "3", ""),
        member(
            "i-old",
            "InService",
            "2",
            "<ProtectedFromScaleIn>true</ProtectedFromScaleIn>",
        ),
        member("i-odd", "Sleeping:Deeply", "3", ""),
    ]
    .concat();
    let tags = tags(&[
        ("KubernetesCluster", CLUSTER),
        ("kops.k8s.io/instancegroup", "nodes"),
        ("k8s.io/role/node", "1"),
    ]);
    format!(
        "<member><AutoScalingGroupName>nodes.{CLUSTER}</AutoScalingGroupName><MinSize>1</MinSize><MaxSize>5</MaxSize>\
         <DesiredCapacity>4</DesiredCapacity><CreatedTime>2026-11-29T10:15:30Z</CreatedTime>\
         <AvailabilityZones><member>us-east-1b</member><member>us-east-1a</member></AvailabilityZones>\
         <LaunchTemplate><LaunchTemplateId>lt-1</LaunchTemplateId><Version>$Latest</Version></LaunchTemplate>\
         <SuspendedProcesses><member><ProcessName>Launch</ProcessName></member></SuspendedProcesses>\
         <WarmPoolConfiguration><MinSize>1</MinSize></WarmPoolConfiguration>\
         <Instances>{members}</Instances>{tags}</member>"
    )
}

fn control_plane() -> String {
    let tags = tags(&[
        ("KubernetesCluster", CLUSTER),
        ("kops.k8s.io/instancegroup", "control-plane"),
        ("k8s.io/role/control-plane", "1"),
    ]);
    format!(
        "<member><AutoScalingGroupName>cp.{CLUSTER}</AutoScalingGroupName><MinSize>1</MinSize><MaxSize>1</MaxSize>\
         <DesiredCapacity>1</DesiredCapacity><Status>Delete in progress</Status>\
         <MixedInstancesPolicy><LaunchTemplate><LaunchTemplateSpecification><LaunchTemplateId>lt-2</LaunchTemplateId>\
         <Version>7</Version></LaunchTemplateSpecification><Overrides><member><InstanceType>m6i.large</InstanceType></member>\
         <member><InstanceType>m5.large</InstanceType></member></Overrides></LaunchTemplate></MixedInstancesPolicy>\
         <Instances/>{tags}</member>"
    )
}

const DETACHED: &str = "<reservationSet><item><instancesSet><item><instanceId>i-detached</instanceId>\
     <instanceType>t3.large</instanceType><placement><availabilityZone>us-east-1a</availabilityZone></placement>\
     <tagSet><item><key>kops.k8s.io/instancegroup</key><value>nodes</value></item></tagSet></item></instancesSet></item>\
     </reservationSet>";

const TEMPLATES: &str = "<launchTemplates><item><launchTemplateId>lt-1</launchTemplateId>\
     <defaultVersionNumber>1</defaultVersionNumber><latestVersionNumber>3</latestVersionNumber></item></launchTemplates>";

/// Two pages of groups, one of another cluster among them.
fn groups(request: &Request) -> Reply {
    match request.action() {
        action @ "DescribeAutoScalingGroups" if request.form.contains_key("NextToken") => {
            let page = format!("<AutoScalingGroups>{}</AutoScalingGroups>", control_plane());
            scaling(action, &page)
        }
        action @ "DescribeAutoScalingGroups" => {
            assert!(
                request.body.contains("tag%3AKubernetesCluster"),
                "{}",
                request.body
            );
            let other = nodes().replace(CLUSTER, "other.example.com");
            let page = format!(
                "<AutoScalingGroups>{}{other}</AutoScalingGroups><NextToken>2</NextToken>",
                nodes()
            );
            scaling(action, &page)
        }
        action @ "DescribeWarmPool" => {
            let warm = member("i-warm", "Warmed:Stopped", "3", "");
            scaling(action, &format!("<Instances>{warm}</Instances>"))
        }
        action @ "DescribeLaunchTemplates" => ec2(action, TEMPLATES),
        action @ "DescribeInstances" => ec2(action, DETACHED),
        other => panic!("asked for {other}"),
    }
}

fn one(id: &str, lifecycle: &str, version: u64) -> GroupMember {
    GroupMember {
        instance: text(id),
        zone: text("us-east-1b"),
        instance_type: text("t3.large"),
        lifecycle: text(lifecycle),
        healthy: true,
        protected: id == "i-old",
        version: Some(version),
        needs_update: Some(version != 3),
        detached: false,
    }
}

fn expected() -> CloudAnswer<CloudGroup> {
    let control_plane = CloudGroup {
        name: text("cp.c.example.com"),
        instance_group: text("control-plane"),
        role: GroupRole::ControlPlane,
        min: 1,
        max: 1,
        desired: 1,
        instance_types: vec![text("m6i.large"), text("m5.large")],
        newest_version: Some(7),
        deleting: true,
        ..CloudGroup::default()
    };
    let detached = GroupMember {
        zone: text("us-east-1a"),
        lifecycle: text(""),
        version: None,
        needs_update: Some(true),
        detached: true,
        ..one("i-detached", "", 3)
    };
    let nodes = CloudGroup {
        name: text("nodes.c.example.com"),
        instance_group: text("nodes"),
        role: GroupRole::Node,
        min: 1,
        max: 5,
        desired: 4,
        zones: vec![text("us-east-1a"), text("us-east-1b")],
        instance_types: vec![text("t3.large")],
        created: UnixTime::parse("2026-11-29T10:15:30Z"),
        newest_version: Some(3),
        members: vec![
            one("i-new", "InService", 3),
            one("i-old", "InService", 2),
            one("i-odd", "Sleeping:Deeply", 3),
            one("i-warm", "Warmed:Stopped", 3),
            detached,
        ],
        suspended: vec![text("Launch")],
        has_warm_pool: true,
        deleting: false,
    };
    CloudAnswer {
        found: vec![control_plane, nodes],
        missing: Vec::new(),
    }
}

#[test]
fn groups_of_all_pages_are_judged_as_kops_judges_them() {
    let server = Server::start(groups);
    hold(&server, "groups", &Ok(expected()));
    let made: Vec<(String, usize)> = calls(&server).into_iter().collect();
    let wanted = [
        ("DescribeAutoScalingGroups", 2),
        ("DescribeInstances", 1),
        ("DescribeLaunchTemplates", 1),
        ("DescribeWarmPool", 1),
    ];
    assert_eq!(made, wanted.map(|(call, count)| (call.to_owned(), count)));
}

const DENIED: &str = "You are not authorized to perform this operation.";

fn unread(fact: &str, action: &str, code: &str) -> MissingFact {
    MissingFact {
        fact: fact.to_owned(),
        action: action.to_owned(),
        reason: text(&format!("{code}: {DENIED}")),
        cause: Unread::Denied,
    }
}

#[test]
fn a_refused_call_leaves_its_own_fact_unknown() {
    let refused = |call: &'static str| {
        Server::start(move |request| match request.action() {
            action if action != call => groups(request),
            "DescribeWarmPool" => scaling_error(403, "AccessDenied", DENIED),
            _ => refusal(403, "UnauthorizedOperation", DENIED),
        })
    };
    let mut pools = expected();
    pools.found[1].members.remove(3);
    let fact = "instances of the warm pools";
    pools.missing = vec![unread(fact, "autoscaling:DescribeWarmPool", "AccessDenied")];
    hold(&refused("DescribeWarmPool"), "groups", &Ok(pools));

    let mut detached = expected();
    detached.found[1].members.remove(4);
    detached.missing = vec![unread(
        "detached instances",
        "ec2:DescribeInstances",
        "UnauthorizedOperation",
    )];
    hold(&refused("DescribeInstances"), "groups", &Ok(detached));

    let mut versions = expected();
    versions.found[1].newest_version = None;
    for one in &mut versions.found[1].members[..4] {
        one.needs_update = None;
    }
    let fact = "versions of the launch templates";
    versions.missing = vec![unread(
        fact,
        "ec2:DescribeLaunchTemplates",
        "UnauthorizedOperation",
    )];
    hold(&refused("DescribeLaunchTemplates"), "groups", &Ok(versions));
}

#[test]
fn without_the_groups_the_iam_action_is_named() {
    let server = Server::start(|_| scaling_error(403, "AccessDenied", DENIED));
    let fault = Fault::new(
        "the Auto Scaling groups could not be listed",
        "AWS refused autoscaling:DescribeAutoScalingGroups",
        "allow autoscaling:DescribeAutoScalingGroups for these credentials, or try again later",
    )
    .with_detail(format!("AccessDenied: {DENIED}"));
    hold::<CloudAnswer<CloudGroup>>(&server, "groups", &Err(fault));
}

#[test]
fn a_throttled_call_is_made_again() {
    let mut asked = 0;
    let server = Server::start(move |request| {
        asked += 1;
        // A third of the calls.
        if asked % 3 == 1 {
            return match request.action() {
                "DescribeAutoScalingGroups" | "DescribeWarmPool" => {
                    scaling_error(400, "Throttling", "Rate exceeded")
                }
                _ => refusal(503, "RequestLimitExceeded", "Request limit exceeded."),
            };
        }
        groups(request)
    });
    hold(&server, "groups", &Ok(expected()));
}

#[test]
fn what_has_no_name_is_left_out_and_no_size_is_below_zero() {
    let server = Server::start(|request| match request.action() {
        action @ "DescribeAutoScalingGroups" => {
            let named = nodes()
                .replace("<InstanceId>i-odd</InstanceId>", "")
                .replace(
                    "<MinSize>1</MinSize><MaxSize>5</MaxSize>",
                    "<MinSize>-1</MinSize>",
                );
            let name = format!("<AutoScalingGroupName>nodes.{CLUSTER}</AutoScalingGroupName>");
            let nameless = nodes().replace(&name, "");
            let page = format!("<AutoScalingGroups>{nameless}{named}</AutoScalingGroups>");
            scaling(action, &page)
        }
        _ => groups(request),
    });
    let mut wanted = expected();
    wanted.found.remove(0);
    wanted.found[0].members.remove(2);
    (wanted.found[0].min, wanted.found[0].max) = (0, 0);
    hold(&server, "groups", &Ok(wanted));
}

#[test]
fn a_page_of_something_else_is_said_to_be_no_aws() {
    let server = Server::start(|_| Reply::Http(200, "<html>please sign in</html>".to_owned()));
    let found: String = run("cluster::child", "groups", &server.variables());
    assert!(
        found.contains("something other than AWS answers"),
        "{found}"
    );
}

// Every 15 seconds; nothing else is asked while all have joined.
#[test]
fn sixty_groups_take_three_calls() {
    let server = Server::start(|request| match request.action() {
        action @ "DescribeAutoScalingGroups" => {
            let group = nodes().replace(
                "<WarmPoolConfiguration><MinSize>1</MinSize></WarmPoolConfiguration>",
                "",
            );
            let name = |at: usize| group.replace("nodes.", &format!("nodes-{at:02}."));
            let all: String = (0..60).map(name).collect();
            scaling(
                action,
                &format!("<AutoScalingGroups>{all}</AutoScalingGroups>"),
            )
        }
        _ => groups(request),
    });
    let mut wanted = expected();
    let group = wanted.found.remove(1);
    wanted.found = (0..60)
        .map(|at| {
            let mut group = group.clone();
            group.name = text(&format!("nodes-{at:02}.{CLUSTER}"));
            group.has_warm_pool = false;
            group.members.remove(3);
            group
        })
        .collect();
    hold(&server, "groups", &Ok(wanted));
    assert_eq!(calls(&server).values().sum::<usize>(), 3);
}

fn activity(id: &str, status: &str, message: &str) -> String {
    format!(
        "<member><ActivityId>{id}</ActivityId><AutoScalingGroupName>nodes</AutoScalingGroupName>\
         <Description>Launching a new EC2 instance</Description><Cause>At 2026 an instance was started</Cause>\
         <StartTime>2026-11-29T10:15:3{id}Z</StartTime><EndTime>2026-11-29T10:16:00Z</EndTime>\
         <StatusCode>{status}</StatusCode>{message}</member>"
    )
}

const UNSUPPORTED: &str = "Your requested instance type (c5.large) is not supported in your requested Availability Zone \
     (us-east-1e). Launching EC2 instance failed.";

#[test]
fn activities_stand_newest_first_with_their_reason() {
    let server = Server::start(|request| {
        let group = request.form["AutoScalingGroupName"].as_str();
        let message = format!("<StatusMessage>{UNSUPPORTED}</StatusMessage>");
        let known = [
            activity("1", "Successful", ""),
            activity("2", "Failed", &message),
            activity("3", "Cancelled", ""),
            activity("4", "WaitingForSpotInstanceRequestId", ""),
            activity("5", "Dreaming", ""),
        ];
        match group {
            "gone" => scaling_error(400, "ValidationError", "AutoScalingGroup name not found"),
            _ => scaling(
                request.action(),
                &format!("<Activities>{}</Activities>", known.concat()),
            ),
        }
    });
    let wanted = |id: &str, status, message: &str| ScalingActivity {
        id: text(id),
        group: text("nodes"),
        status,
        description: text("Launching a new EC2 instance"),
        cause: text("At 2026 an instance was started"),
        message: text(message),
        started: UnixTime::parse(&format!("2026-11-29T10:15:3{id}Z")),
        ended: UnixTime::parse("2026-11-29T10:16:00Z"),
    };
    let wanted = vec![
        wanted("5", ActivityStatus::InProgress, ""),
        wanted("4", ActivityStatus::InProgress, ""),
        wanted("3", ActivityStatus::Cancelled, ""),
        wanted("2", ActivityStatus::Failed, UNSUPPORTED),
        wanted("1", ActivityStatus::Successful, ""),
    ];
    hold(&server, "activities nodes gone", &Ok(wanted));
}

fn instance(id: &str, state: &str, more: &str) -> String {
    format!(
        "<item><instancesSet><item><instanceId>{id}</instanceId><instanceState><name>{state}</name></instanceState>\
         <launchTime>2026-11-29T10:15:30.000Z</launchTime><privateIpAddress>10.0.0.7</privateIpAddress>\
         <vpcId>vpc-a</vpcId><subnetId>subnet-1</subnetId><imageId>ami-1</imageId><instanceType>t3.large</instanceType>\
         <placement><availabilityZone>us-east-1a</availabilityZone></placement>\
         <groupSet><item><groupId>sg-1</groupId></item></groupSet>{more}</item></instancesSet></item>"
    )
}

const STATUS: &str = "<instanceStatusSet><item><instanceId>i-1</instanceId><systemStatus><status>ok</status></systemStatus>\
     <instanceStatus><status>impaired</status></instanceStatus></item></instanceStatusSet>";

const STOPPED: &str = "<stateReason><code>c</code><message>Client.VolumeLimitExceeded: evil \u{202e}txt</message></stateReason>\
     <instanceLifecycle>spot</instanceLifecycle>";

fn instances(request: &Request) -> Reply {
    match request.action() {
        action @ "DescribeInstances" => {
            let all = [
                instance("i-2", "dreaming", STOPPED),
                instance("i-1", "shutting-down", ""),
            ];
            ec2(
                action,
                &format!("<reservationSet>{}</reservationSet>", all.concat()),
            )
        }
        action @ "DescribeInstanceStatus" => {
            assert_eq!(request.form["IncludeAllInstances"], "true");
            ec2(action, STATUS)
        }
        "DescribeSecurityGroups" => security_group(""),
        _ => world(request),
    }
}

fn two_instances() -> CloudAnswer<CloudInstance> {
    let one = CloudInstance {
        id: text("i-1"),
        state: InstanceState::ShuttingDown,
        launched: UnixTime::parse("2026-11-29T10:15:30Z"),
        system_check: StatusCheck::Passed,
        instance_check: StatusCheck::Impaired,
        private_ip: text("10.0.0.7"),
        zone: text("us-east-1a"),
        instance_type: text("t3.large"),
        image: text("ami-1"),
        vpc: text("vpc-a"),
        subnet: text("subnet-1"),
        security_groups: vec![text("sg-1")],
        ..CloudInstance::default()
    };
    let two = CloudInstance {
        id: text("i-2"),
        state: InstanceState::Unknown,
        state_reason: text("Client.VolumeLimitExceeded: evil \u{202e}txt"),
        spot: true,
        system_check: StatusCheck::Unknown,
        instance_check: StatusCheck::Unknown,
        ..one.clone()
    };
    CloudAnswer {
        found: vec![one, two],
        missing: Vec::new(),
    }
}

#[test]
fn instances_have_their_status_checks() {
    let server = Server::start(instances);
    hold(&server, "instances i-1 i-2 i-gone", &Ok(two_instances()));
    let server = Server::start(|request| match request.action() {
        "DescribeInstanceStatus" => refusal(403, "UnauthorizedOperation", DENIED),
        _ => instances(request),
    });
    let mut wanted = two_instances();
    wanted.found[0].system_check = StatusCheck::Unknown;
    wanted.found[0].instance_check = StatusCheck::Unknown;
    let action = "ec2:DescribeInstanceStatus";
    wanted.missing = vec![unread(
        "status checks of instances",
        action,
        "UnauthorizedOperation",
    )];
    hold(&server, "instances i-1 i-2", &Ok(wanted));
}

#[test]
fn the_way_out_is_that_of_the_subnet() {
    let path = |id: &str| InstancePath {
        instance: text(id),
        default_route: text("nat-1"),
        usable: Some(false),
        why: "the target of its default route is gone".to_owned(),
        closed: None,
    };
    let wanted = CloudAnswer {
        found: vec![path("i-1"), path("i-2")],
        missing: Vec::new(),
    };
    hold(&Server::start(instances), "paths i-1 i-2", &Ok(wanted));
    let server = Server::start(|request| match request.action() {
        "DescribeRouteTables" => refusal(403, "UnauthorizedOperation", DENIED),
        _ => instances(request),
    });
    let path = |id: &str| InstancePath {
        instance: text(id),
        default_route: text(""),
        usable: None,
        why: String::new(),
        closed: None,
    };
    let wanted = CloudAnswer {
        found: vec![path("i-1"), path("i-2")],
        missing: vec![unread(
            "route tables",
            "ec2:DescribeRouteTables",
            "UnauthorizedOperation",
        )],
    };
    hold(&server, "paths i-1 i-2", &Ok(wanted));
}

// What EC2 says of the security group of both instances.
fn security_group(inbound: &str) -> Reply {
    let out = "<item><ipProtocol>-1</ipProtocol><ipRanges><item><cidrIp>0.0.0.0/0</cidrIp></item></ipRanges></item>";
    ec2(
        "DescribeSecurityGroups",
        &format!(
            "<securityGroupInfo><item><groupId>sg-1</groupId><ipPermissions>{inbound}</ipPermissions>\
             <ipPermissionsEgress>{out}</ipPermissionsEgress></item></securityGroupInfo>"
        ),
    )
}

fn closed_port(inbound: &'static str) -> String {
    let server = Server::start(move |request| match request.action() {
        "DescribeSecurityGroups" => security_group(inbound),
        _ => instances(request),
    });
    run("cluster::child", "path-to i-1 i-2", &server.variables())
}

#[test]
fn the_rules_of_security_groups_decide_whether_the_control_plane_is_reached() {
    let from_itself = "<item><ipProtocol>tcp</ipProtocol><fromPort>1</fromPort><toPort>4000</toPort><groups><item>\
         <groupId>sg-1</groupId></item></groups></item>";
    assert!(closed_port(from_itself).contains("closed: None"));
    let found = closed_port("<item><ipProtocol>udp</ipProtocol></item>");
    assert!(found.contains("do not let it in on TCP 443"), "{found}");
}

// Whom the control plane lets in behind a load balancer, that one's own group decides.
#[test]
fn the_group_of_a_load_balancer_is_read_and_decides() {
    let through = |front: &'static str| -> String {
        let from_front = "<item><ipProtocol>-1</ipProtocol><groups><item><groupId>sg-front</groupId></item></groups></item>";
        let server = Server::start(move |request| match request.action() {
            "DescribeSecurityGroups" if request.body.contains("sg-front") => {
                let groups = format!(
                    "<securityGroupInfo><item><groupId>sg-front</groupId><ipPermissions>{front}</ipPermissions></item></securityGroupInfo>"
                );
                ec2("DescribeSecurityGroups", &groups)
            }
            "DescribeSecurityGroups" => security_group(from_front),
            _ => instances(request),
        });
        run("cluster::child", "path-to i-1 i-2", &server.variables())
    };
    let open = through(
        "<item><ipProtocol>-1</ipProtocol><ipRanges><item><cidrIp>10.0.0.0/16</cidrIp></item></ipRanges></item>",
    );
    assert!(open.contains("closed: None"), "{open}");
    let closed = through("");
    assert!(closed.contains("do not let it in on TCP 443"), "{closed}");
}

#[test]
fn security_groups_that_may_not_be_read_are_a_missing_fact() {
    let server = Server::start(|request| match request.action() {
        "DescribeSecurityGroups" => refusal(403, "UnauthorizedOperation", DENIED),
        _ => instances(request),
    });
    let found: String = run("cluster::child", "path-to i-1", &server.variables());
    assert!(found.contains("ec2:DescribeSecurityGroups"), "{found}");
    assert!(found.contains("closed: None"), "{found}");
}

fn console(output: &str) -> String {
    format!(
        "<instanceId>i-1</instanceId><timestamp>2026-11-29T10:15:30Z</timestamp><output>{output}</output>"
    )
}

#[test]
fn an_old_instance_type_has_its_last_console() {
    // `curl: (28) Timeout` with the end of line of a serial console.
    let body = console("Y3VybDogKDI4KSBUaW1lb3V0DQo=");
    let server = Server::start(move |request| match request.form["Latest"].as_str() {
        "true" => refusal(
            400,
            "UnsupportedOperation",
            "This instance type does not support it.",
        ),
        _ => ec2(request.action(), &body),
    });
    let wanted = ConsoleOutput {
        updated: UnixTime::parse("2026-11-29T10:15:30Z"),
        text: text("curl: (28) Timeout"),
        errors: vec![text("curl: (28) Timeout")],
        nodeup_done: false,
    };
    hold(&server, "console i-1", &Ok(wanted));
}

#[test]
fn a_console_that_is_none_is_a_fault() {
    let what = "the console output of the instance could not be read";
    let server = Server::start(|request| ec2(request.action(), &console("no base64!")));
    let found: String = run("cluster::child", "console i-1", &server.variables());
    assert!(found.starts_with("Err("), "{found}");
    assert!(found.contains("something that is not base64"), "{found}");
    let server = Server::start(|_| refusal(403, "UnauthorizedOperation", DENIED));
    let fault = Fault::new(
        what,
        "AWS refused ec2:GetConsoleOutput",
        "allow ec2:GetConsoleOutput for these credentials, or try again later",
    )
    .with_detail(format!("UnauthorizedOperation: {DENIED}"));
    hold::<ConsoleOutput>(&server, "console i-1", &Err(fault));
}
