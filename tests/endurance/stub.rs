//! An account of one VPC that a test changes while the program looks at it, answered without the lab.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use crate::desk::IMAGE;
use crate::lab::Vpc;
use crate::server::{Reply, Request, Server};

const VPC: &str = "vpc-7833d1c656ae73b2c";
const ZONES: [&str; 4] = ["us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d"];
/// The first letters of the keys that belong to another account.
const OTHER: &str = "ASIAOTHER";

/// Where the locks of clusters are in a state store.
const LOCKS: &str = ".kopswain/locks/";

const DENIED: &str = "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>MultiFactorAuthentication</Message></Error></ErrorResponse>";

/// What is in the VPC as XML, each change one item more.
#[derive(Default)]
struct State {
    subnets: String,
    routes: String,
    nat_gateways: String,
    /// The one in the state store, when there is one.
    cluster: String,
    /// What EC2 tells in the place of something else.
    instead: Vec<(String, String)>,
    /// The objects of the cluster by name, each with its version.
    objects: BTreeMap<String, String>,
    /// An object and its version as they become right before the last listing before `--yes`.
    at_the_last_moment: Option<(String, String)>,
    /// What stands at a path that is none of the account's, such as that of a mirror.
    files: BTreeMap<String, String>,
    /// Calls that are refused.
    denied: Vec<String>,
    /// What a name of an image, and a parameter, stand for; the image of the answers when empty.
    image: String,
    /// Whether the list of all clusters has page after page, and this one on none of them.
    endless: bool,
}

/// One account; every trial has its own.
pub(crate) struct Stub {
    state: Arc<Mutex<State>>,
    server: Server,
}

impl Stub {
    pub(crate) fn start() -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let answering = Arc::clone(&state);
        let server = Server::start(move |request| answer(request, &mut answering.lock().unwrap()));
        Self { state, server }
    }

    pub(crate) fn url(&self) -> &str {
        &self.server.url
    }

    /// All that was asked of the account so far.
    pub(crate) fn asked(&self) -> Vec<Request> {
        self.server.asked.lock().unwrap().clone()
    }

    pub(crate) fn add_subnet(&self, block: &str) {
        let made = subnet("subnet-0added", block, ZONES[0]);
        self.state.lock().unwrap().subnets.push_str(&made);
    }

    pub(crate) fn add_route(&self, range: &str) {
        let made = route(range, "<gatewayId>igw-1</gatewayId>");
        self.state.lock().unwrap().routes.push_str(&made);
    }

    pub(crate) fn add_nat_gateway(&self) {
        let made = nat_gateway("nat-0added", ZONES[0]);
        self.state.lock().unwrap().nat_gateways.push_str(&made);
    }

    /// The state store has so many clusters from now on that no list of them comes to its end.
    pub(crate) fn add_many_clusters(&self) {
        self.state.lock().unwrap().endless = true;
    }

    /// EC2 tells `to` from now on where it told `from`.
    pub(crate) fn tell(&self, from: &str, to: &str) {
        let mut state = self.state.lock().unwrap();
        state.instead.push((from.to_owned(), to.to_owned()));
    }

    /// This call is refused from now on.
    pub(crate) fn deny(&self, action: &str) {
        self.state.lock().unwrap().denied.push(action.to_owned());
    }

    /// What every name of an image stands for from now on.
    pub(crate) fn move_image(&self, id: &str) {
        id.clone_into(&mut self.state.lock().unwrap().image);
    }

    /// The state store has this cluster from now on.
    pub(crate) fn add_cluster(&self, name: &str) {
        name.clone_into(&mut self.state.lock().unwrap().cluster);
    }
}

impl Stub {
    /// An object of the cluster has this version from now on.
    pub(crate) fn put(&self, name: &str, version: &str) {
        let mut state = self.state.lock().unwrap();
        state.objects.insert(name.to_owned(), version.to_owned());
    }

    /// The same from the last listing before `--yes` on: right before it is looked for locks once more.
    pub(crate) fn put_at_the_last_moment(&self, name: &str, version: &str) {
        let written = (name.to_owned(), version.to_owned());
        self.state.lock().unwrap().at_the_last_moment = Some(written);
    }

    /// A file of this server has this text from now on.
    pub(crate) fn serve(&self, path: &str, text: &str) {
        let mut state = self.state.lock().unwrap();
        state.files.insert(path.to_owned(), text.to_owned());
    }
}

/// Key, secret and session token of a role in another account.
pub(crate) fn other_account() -> (String, String, String) {
    (
        OTHER.to_owned(),
        "secret".to_owned(),
        "a-session".to_owned(),
    )
}

/// The VPC as a world of the lab would tell it.
pub(crate) fn vpc() -> Vpc {
    Vpc::with(
        VPC,
        ZONES
            .map(|zone| (zone.to_owned(), vec![nat_id(zone)]))
            .into(),
    )
}

fn nat_id(zone: &str) -> String {
    format!("nat-0{zone}")
}

fn subnet(id: &str, cidr: &str, zone: &str) -> String {
    format!(
        "<item><subnetId>{id}</subnetId><vpcId>{VPC}</vpcId><cidrBlock>{cidr}</cidrBlock>\
         <availableIpAddressCount>250</availableIpAddressCount><availabilityZone>{zone}</availabilityZone></item>"
    )
}

fn route(range: &str, target: &str) -> String {
    format!(
        "<item><destinationCidrBlock>{range}</destinationCidrBlock>{target}<state>active</state></item>"
    )
}

fn nat_gateway(id: &str, zone: &str) -> String {
    format!(
        "<item><natGatewayId>{id}</natGatewayId><vpcId>{VPC}</vpcId><subnetId>subnet-{zone}</subnetId>\
         <state>available</state><connectivityType>public</connectivityType><natGatewayAddressSet><item>\
         <publicIp>203.0.113.1</publicIp><allocationId>eipalloc-{zone}</allocationId></item>\
         </natGatewayAddressSet></item>"
    )
}

fn items(one: impl FnMut(&&str) -> String) -> String {
    ZONES.iter().map(one).collect()
}

fn answer(request: &Request, state: &mut State) -> Reply {
    let action = request.action();
    if action.is_empty() {
        return bucket(&request.line, state);
    }
    if state.denied.iter().any(|denied| denied == action) {
        return refused();
    }
    if action == "GetParameter" {
        let value = image_of(state);
        let body = format!("{{\"Parameter\":{{\"Name\":\"n\",\"Value\":\"{value}\"}}}}");
        return Reply::Http(200, body);
    }
    // The VPC is in one region.
    let here = request.authorization.contains("/us-east-1/");
    let body = match action {
        "GetCallerIdentity" => return identity(request),
        // No role may be taken without a code.
        "AssumeRole" => return Reply::Http(403, DENIED.to_owned()),
        "GetServiceQuota" => {
            return Reply::Http(400, "{\"__type\":\"NoSuchResourceException\"}".to_owned());
        }
        _ if !here => String::new(),
        "DescribeVpcAttribute" => {
            let name = &request.form["Attribute"];
            format!("<{name}><value>true</value></{name}>")
        }
        "DescribeAvailabilityZones"
        | "DescribeInstanceTypes"
        | "DescribeInstanceTypeOfferings"
        | "DescribeImages" => offered(action, state),
        _ => in_the_vpc(action, state),
    };
    let told = |body: String, (from, to): &(String, String)| body.replace(from, to);
    let body = state.instead.iter().fold(body, told);
    Reply::Http(
        200,
        format!(
            "<{action}Response xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">{body}</{action}Response>"
        ),
    )
}

fn identity(request: &Request) -> Reply {
    let other = request.authorization.contains(OTHER);
    let account = if other {
        "999999999999"
    } else {
        "123456789012"
    };
    Reply::Http(
        200,
        format!(
            "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
             <Arn>arn:aws:iam::{account}:user/a</Arn><UserId>U</UserId><Account>{account}</Account>\
             </GetCallerIdentityResult></GetCallerIdentityResponse>"
        ),
    )
}

fn in_the_vpc(action: &str, state: &State) -> String {
    match action {
        "DescribeVpcs" => format!(
            "<vpcSet><item><vpcId>{VPC}</vpcId><cidrBlock>172.20.0.0/16</cidrBlock></item></vpcSet>"
        ),
        "DescribeSubnets" => {
            let mut octet = 0..;
            let own = items(|zone| {
                let cidr = format!("172.20.{}.0/24", octet.next().unwrap_or(0));
                subnet(&format!("subnet-{zone}"), &cidr, zone)
            });
            format!("<subnetSet>{own}{}</subnetSet>", state.subnets)
        }
        "DescribeRouteTables" => format!(
            "<routeTableSet><item><routeTableId>rtb-1</routeTableId><vpcId>{VPC}</vpcId><associationSet>\
             <item><main>true</main></item></associationSet><routeSet>{}{}</routeSet></item></routeTableSet>",
            route("0.0.0.0/0", "<gatewayId>igw-1</gatewayId>"),
            state.routes
        ),
        "DescribeInternetGateways" => format!(
            "<internetGatewaySet><item><internetGatewayId>igw-1</internetGatewayId><attachmentSet><item>\
             <vpcId>{VPC}</vpcId><state>available</state></item></attachmentSet></item></internetGatewaySet>"
        ),
        "DescribeNatGateways" => {
            let own = items(|zone| nat_gateway(&nat_id(zone), zone));
            format!("<natGatewaySet>{own}{}</natGatewaySet>", state.nat_gateways)
        }
        _ => String::new(),
    }
}

fn refused() -> Reply {
    let error = "<Error><Code>UnauthorizedOperation</Code><Message>You are not authorized to perform this operation.</Message></Error>";
    Reply::Http(
        403,
        format!("<Response><Errors>{error}</Errors></Response>"),
    )
}

fn image_of(state: &State) -> &str {
    match state.image.as_str() {
        "" => IMAGE,
        id => id,
    }
}

fn offered(action: &str, state: &State) -> String {
    let kinds = ["t3.medium", "t3.large", "t3.small", "t3.micro"];
    match action {
        "DescribeAvailabilityZones" => {
            let zones = items(|zone| {
                format!(
                    "<item><zoneName>{zone}</zoneName><zoneState>available</zoneState>\
                     <zoneType>availability-zone</zoneType></item>"
                )
            });
            format!("<availabilityZoneInfo>{zones}</availabilityZoneInfo>")
        }
        "DescribeImages" => format!(
            "<imagesSet><item><imageId>{}</imageId><name>n</name><architecture>x86_64</architecture>\
             <imageState>available</imageState></item></imagesSet>",
            image_of(state)
        ),
        "DescribeInstanceTypes" => {
            let told = kinds.map(|kind| {
                format!(
                    "<item><instanceType>{kind}</instanceType><vCpuInfo><defaultVCpus>2</defaultVCpus></vCpuInfo>\
                     <memoryInfo><sizeInMiB>8192</sizeInMiB></memoryInfo><processorInfo><supportedArchitectures>\
                     <item>x86_64</item></supportedArchitectures></processorInfo></item>"
                )
            });
            format!("<instanceTypeSet>{}</instanceTypeSet>", told.concat())
        }
        _ => {
            let told = kinds.map(|kind| {
                items(|zone| {
                    format!("<item><instanceType>{kind}</instanceType><location>{zone}</location></item>")
                })
            });
            let told = told.concat();
            format!("<instanceTypeOfferingSet>{told}</instanceTypeOfferingSet>")
        }
    }
}

// Every bucket is there, versioned, with the one cluster in it or none.
fn bucket(line: &str, state: &mut State) -> Reply {
    let line = line.replace("%2F", "/");
    let path = line.split_once(' ').map_or("", |(_, path)| path);
    if let Some(text) = state.files.get(path) {
        return Reply::Http(200, text.clone());
    }
    if line.contains(LOCKS)
        && let Some((name, version)) = state.at_the_last_moment.take()
    {
        state.objects.insert(name, version);
    }
    let cluster = state.cluster.as_str();
    if line.starts_with("HEAD ") {
        return Reply::Header(200, "x-amz-bucket-region: us-east-1");
    }
    if line.contains("versioning") {
        let body = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
        return Reply::Http(200, body.to_owned());
    }
    if state.endless && line.contains("delimiter") {
        let folder = |at: u32| {
            format!("<CommonPrefixes><Prefix>{at}.example.com/</Prefix></CommonPrefixes>")
        };
        let folders = (0..1_000).map(folder).collect::<Vec<_>>().concat();
        let body = format!(
            "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>{folders}</ListBucketResult>"
        );
        return Reply::Http(200, body);
    }
    let items = match cluster {
        "" => String::new(),
        name if line.contains(&format!("prefix={name}/config")) => {
            format!("<Contents><Key>{name}/config</Key></Contents>")
        }
        name if line.contains(&format!("prefix={name}/")) && !line.contains("delimiter") => {
            let objects = state.objects.iter();
            objects
                .map(|(object, version)| listed(&format!("{name}/{object}"), version))
                .collect()
        }
        name => format!("<CommonPrefixes><Prefix>{name}/</Prefix></CommonPrefixes>"),
    };
    Reply::Http(
        200,
        format!("<ListBucketResult><IsTruncated>false</IsTruncated>{items}</ListBucketResult>"),
    )
}

fn listed(key: &str, version: &str) -> String {
    format!(
        "<Contents><Key>{key}</Key><ETag>\"{version}\"</ETag><LastModified>2026-11-28T10:00:00.000Z</LastModified></Contents>"
    )
}
