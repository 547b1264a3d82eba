//! A small account as EC2 answers it, and what it means.

use kopswain::core::inventory::Inventory;

use crate::server::{Reply, Request};

const EC2: &str = "http://ec2.amazonaws.com/doc/2016-11-15/";

pub(crate) fn ec2(action: &str, body: &str) -> Reply {
    Reply::Http(
        200,
        format!(
            "<{action}Response xmlns=\"{EC2}\"><requestId>r</requestId>{body}</{action}Response>"
        ),
    )
}

pub(crate) fn refusal(status: u16, code: &str, message: &str) -> Reply {
    Reply::Http(
        status,
        format!(
            "<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors></Response>"
        ),
    )
}

fn tag(key: &str, value: &str) -> String {
    format!("<tagSet><item><key>{key}</key><value>{value}</value></item></tagSet>")
}

pub(crate) fn vpc(id: &str, cidr: &str, tags: &str) -> String {
    format!(
        "<item><vpcId>{id}</vpcId><cidrBlock>{cidr}</cidrBlock><isDefault>false</isDefault>{tags}</item>"
    )
}

fn subnet(id: &str, vpc: &str, cidr: &str, zone: &str) -> String {
    format!(
        "<item><subnetId>{id}</subnetId><vpcId>{vpc}</vpcId><cidrBlock>{cidr}</cidrBlock>\
         <availableIpAddressCount>250</availableIpAddressCount><availabilityZone>{zone}</availabilityZone></item>"
    )
}

const HOSTILE: &str = "evil \u{202e}txt\u{200b}&lt;b&gt; &#10;&amp;";

const IDENTITY: &str = "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
     <GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/a</Arn><UserId>U</UserId>\
     <Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";

const ZONES: &str = "<availabilityZoneInfo>\
     <item><zoneName>us-east-1b</zoneName><zoneState>sleeping</zoneState><zoneType>availability-zone</zoneType></item>\
     <item><zoneName>us-east-1a</zoneName><zoneState>available</zoneState><zoneType>availability-zone</zoneType></item>\
     <item><zoneName>us-east-1-bos-1a</zoneName><zoneState>available</zoneState><zoneType>local-zone</zoneType></item>\
     </availabilityZoneInfo>";

const ROUTE_TABLES: &str = "<routeTableSet><item><routeTableId>rtb-1</routeTableId><vpcId>vpc-a</vpcId>\
     <associationSet><item><main>true</main></item><item><subnetId>subnet-1</subnetId></item></associationSet>\
     <routeSet><item><destinationCidrBlock>10.0.0.0/16</destinationCidrBlock><gatewayId>local</gatewayId></item>\
     <item><destinationCidrBlock>0.0.0.0/0</destinationCidrBlock><natGatewayId>nat-1</natGatewayId>\
     <state>blackhole</state></item><item><destinationPrefixListId>pl-1</destinationPrefixListId>\
     <teleportId>tp-1</teleportId></item><item><destinationPrefixListId>pl-2</destinationPrefixListId>\
     <gatewayId>vpce-1</gatewayId></item></routeSet></item></routeTableSet>";

const INTERNET_GATEWAYS: &str = "<internetGatewaySet><item><internetGatewayId>igw-1</internetGatewayId>\
     <attachmentSet><item><vpcId>vpc-a</vpcId><state>available</state></item></attachmentSet></item></internetGatewaySet>";

const NAT_GATEWAYS: &str = "<natGatewaySet><item><natGatewayId>nat-1</natGatewayId><vpcId>vpc-a</vpcId>\
     <subnetId>subnet-1</subnetId><state>hibernating</state><failureCode>Odd</failureCode>\
     <failureMessage>it sleeps</failureMessage><connectivityType>public</connectivityType>\
     <natGatewayAddressSet><item><publicIp>203.0.113.1</publicIp><privateIp>10.0.0.9</privateIp>\
     <allocationId>eipalloc-1</allocationId></item></natGatewayAddressSet></item></natGatewaySet>";

/// Two VPCs and two subnets on two pages each; states, targets and zones that no kopswain knows.
pub(crate) fn world(request: &Request) -> Reply {
    match request.action() {
        "GetCallerIdentity" => Reply::Http(200, IDENTITY.to_owned()),
        "DescribeVpcs" => {
            let last = vpc("vpc-a", "10.0.0.0/16", "");
            paged(
                request,
                "vpcSet",
                &vpc("vpc-b", "10.1.0.0/16", &tag("Name", HOSTILE)),
                &last,
            )
        }
        "DescribeSubnets" => {
            let last = subnet("subnet-1", "vpc-a", "10.0.0.0/24", "us-east-1a");
            paged(
                request,
                "subnetSet",
                &subnet("subnet-2", "vpc-a", "10.0.1.0/24", "us-east-1b"),
                &last,
            )
        }
        action @ "DescribeAvailabilityZones" => ec2(action, ZONES),
        action @ "DescribeRouteTables" => ec2(action, ROUTE_TABLES),
        action @ "DescribeInternetGateways" => ec2(action, INTERNET_GATEWAYS),
        action @ "DescribeNatGateways" => ec2(action, NAT_GATEWAYS),
        action @ "DescribeVpcAttribute" => {
            let name = &request.form["Attribute"];
            let value = name == "enableDnsSupport";
            ec2(
                action,
                &format!("<vpcId>v</vpcId><{name}><value>{value}</value></{name}>"),
            )
        }
        _ => offer(request),
    }
}

const TYPES: &str = "<instanceTypeSet><item><instanceType>t3.large</instanceType>\
     <vCpuInfo><defaultVCpus>2</defaultVCpus></vCpuInfo><memoryInfo><sizeInMiB>8192</sizeInMiB></memoryInfo>\
     <processorInfo><supportedArchitectures><item>x86_64</item></supportedArchitectures></processorInfo>\
     <networkInfo><maximumNetworkInterfaces>3</maximumNetworkInterfaces>\
     <ipv4AddressesPerInterface>12</ipv4AddressesPerInterface></networkInfo>\
     </item></instanceTypeSet>";

// A type that is not known otherwise counts by its cores; a family with a quota of its own does not count.
const INSTANCES: [&str; 2] = [
    "<item><instancesSet><item><instanceType>t3.large</instanceType></item>\
     <item><instanceType>p5.48xlarge</instanceType></item></instancesSet></item>",
    "<item><instancesSet><item><instanceType>m1.old</instanceType>\
     <cpuOptions><coreCount>2</coreCount><threadsPerCore>2</threadsPerCore></cpuOptions></item>\
     <item><instanceType>t3.large</instanceType><instanceLifecycle>spot</instanceLifecycle>\
     <tagSet><item><key>kubernetes.io/cluster/c.example.com</key><value>owned</value></item></tagSet></item>\
     </instancesSet></item>",
];

const OFFERINGS: &str = "<instanceTypeOfferingSet>\
     <item><instanceType>t3.large</instanceType><location>us-east-1a</location></item>\
     <item><instanceType>t3.large</instanceType><location>us-east-1-bos-1a</location></item>\
     </instanceTypeOfferingSet>";

// Two images of one name: kops takes the newer one.
const IMAGES: &str = "<imagesSet>\
     <item><imageId>ami-1</imageId><name>n</name><architecture>arm64</architecture><imageState>available</imageState>\
     <creationDate>2026-01-01T00:00:00.000Z</creationDate></item>\
     <item><imageId>ami-2</imageId><name>n</name><architecture>x86_64</architecture><imageState>available</imageState>\
     <creationDate>2026-02-01T00:00:00.000Z</creationDate><rootDeviceName>/dev/sda1</rootDeviceName>\
     <blockDeviceMapping><item><deviceName>/dev/sdb</deviceName><ebs><volumeSize>4</volumeSize></ebs></item>\
     <item><deviceName>/dev/sda1</deviceName><ebs><volumeSize>30</volumeSize></ebs></item></blockDeviceMapping></item>\
     </imagesSet>";

// What EC2 and Service Quotas offer.
fn offer(request: &Request) -> Reply {
    match request.action() {
        action @ "DescribeInstanceTypes" if request.body.contains("arm64") => {
            ec2(action, "<instanceTypeSet/>")
        }
        action @ "DescribeInstanceTypes" => ec2(action, TYPES),
        action @ "DescribeInstanceTypeOfferings" => ec2(action, OFFERINGS),
        "DescribeInstances" => {
            let [first, last] = INSTANCES;
            paged(request, "reservationSet", first, last)
        }
        "DescribeImages" if request.body.contains("ami-gone") => {
            refusal(400, "InvalidAMIID.NotFound", "The image id does not exist")
        }
        action @ "DescribeImages" => ec2(action, IMAGES),
        "GetManagedPrefixListEntries" => {
            let entry = |cidr: &str| format!("<item><cidr>{cidr}</cidr></item>");
            paged(
                request,
                "entrySet",
                &entry("10.0.128.0/20"),
                &entry("10.0.64.0/20"),
            )
        }
        "GetServiceQuota" => quota(&request.body),
        other => panic!("asked for {other}"),
    }
}

fn quota(body: &str) -> Reply {
    let known = [
        ("L-407747CB", "200.0"),
        ("L-589F43AA", "250.0"),
        ("L-1216C47A", "64.0"),
    ];
    match known.iter().find(|(code, _)| body.contains(code)) {
        Some((code, value)) => Reply::Http(
            200,
            format!("{{\"Quota\":{{\"QuotaCode\":\"{code}\",\"Value\":{value}}}}}"),
        ),
        None => Reply::Http(
            400,
            "{\"__type\":\"NoSuchResourceException\",\"Message\":\"no such quota\"}".to_owned(),
        ),
    }
}

fn paged(request: &Request, name: &str, first: &str, last: &str) -> Reply {
    let (items, token) = if request.form.contains_key("NextToken") {
        (last, "")
    } else {
        (first, "<nextToken>page-2</nextToken>")
    };
    ec2(
        request.action(),
        &format!("<{name}>{items}</{name}>{token}"),
    )
}

// What the world means.
pub(crate) fn expected() -> Inventory {
    serde_json::from_value(serde_json::json!({
        "account": "123456789012",
        "region": "us-east-1",
        "zones": [{"name": "us-east-1a", "available": true}, {"name": "us-east-1b", "available": false}],
        "vpcs": [
            {
                "id": "vpc-a", "cidrs": ["10.0.0.0/16"], "dnsSupport": true, "dnsHostnames": false,
                "internetGateways": ["igw-1"],
                "subnets": [
                    {"id": "subnet-1", "cidr": "10.0.0.0/24", "zone": "us-east-1a", "freeAddresses": 250},
                    {"id": "subnet-2", "cidr": "10.0.1.0/24", "zone": "us-east-1b", "freeAddresses": 250},
                ],
                "routeTables": [{
                    "id": "rtb-1", "main": true, "subnets": ["subnet-1"],
                    "routes": [
                        {"destination": "0.0.0.0/0", "target": {"kind": "natGateway", "id": "nat-1"}, "blackhole": true},
                        {"destination": "10.0.0.0/16", "target": {"kind": "local"}},
                        {
                            "destination": "pl-1", "prefixes": ["10.0.64.0/20", "10.0.128.0/20"],
                            "target": {"kind": "other", "id": ""},
                        },
                        {"destination": "pl-2", "target": {"kind": "other", "id": "vpce-1"}},
                    ],
                }],
                "natGateways": [{
                    "id": "nat-1", "state": "unknown", "failure": "Odd: it sleeps", "connectivity": "public", "subnet": "subnet-1", "zone": "us-east-1a",
                    "addresses": [{"public": "203.0.113.1", "private": "10.0.0.9", "allocation": "eipalloc-1"}],
                }],
            },
            {
                "id": "vpc-b", "cidrs": ["10.1.0.0/16"], "dnsSupport": true, "dnsHostnames": false,
                "tags": {"Name": "evil \u{202e}txt\u{200b}<b> \n&"},
            },
        ],
    }))
    .unwrap()
}
