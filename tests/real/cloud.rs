//! What the cloud itself says, asked past kopswain and kops.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::Client;
use aws_sdk_ec2::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_ec2::types::{
    Address, Filter, InternetGateway, IpPermission, NatGateway, RouteTable, Subnet, Tag, Vpc,
};
use tokio::runtime::Runtime;

use crate::lab::Lab;

/// The EC2 and S3 of a lab.
pub(crate) struct Cloud {
    runtime: Runtime,
    ec2: Client,
    s3: aws_sdk_s3::Client,
    sts: aws_sdk_sts::Client,
}

/// What a cluster shares with its VPC and must not make: the ids of each kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shared {
    pub(crate) vpcs: BTreeSet<String>,
    pub(crate) nat_gateways: BTreeSet<String>,
    pub(crate) addresses: BTreeSet<String>,
    pub(crate) internet_gateways: BTreeSet<String>,
}

/// One subnet of a cluster, and where its route table sends 0.0.0.0/0.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Placed {
    pub(crate) zone: String,
    /// `Private` or `Utility`.
    pub(crate) kind: String,
    pub(crate) block: String,
    /// The id of a NAT gateway or an internet gateway.
    pub(crate) leaves_by: String,
}

/// A NAT gateway as EC2 tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) id: String,
    pub(crate) state: String,
    pub(crate) connectivity: String,
    pub(crate) regional: bool,
    pub(crate) addresses: usize,
    /// Of its subnet.
    pub(crate) zone: Option<String>,
    /// Whether its subnet's route table leads 0.0.0.0/0 to an internet gateway.
    pub(crate) leads_out: bool,
}

impl Cloud {
    pub(crate) fn of(lab: &Lab) -> Self {
        let endpoint = lab.variable("AWS_ENDPOINT_URL");
        let keys = Credentials::new("testing", "testing", None, None, "lab");
        let ec2 = aws_sdk_ec2::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .endpoint_url(endpoint)
            .credentials_provider(keys.clone())
            .build();
        let s3 = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .endpoint_url(endpoint)
            .force_path_style(true)
            .credentials_provider(keys.clone())
            .build();
        let sts = aws_sdk_sts::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .endpoint_url(endpoint)
            .credentials_provider(keys)
            .build();
        Self {
            runtime: tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap(),
            ec2: Client::from_conf(ec2),
            s3: aws_sdk_s3::Client::from_conf(s3),
            sts: aws_sdk_sts::Client::from_conf(sts),
        }
    }

    /// Everything of the account that a cluster only uses.
    pub(crate) fn shared(&self) -> Shared {
        self.runtime.block_on(async {
            let vpcs = self.ec2.describe_vpcs().send().await.unwrap();
            let gateways = self.ec2.describe_nat_gateways().send().await.unwrap();
            let addresses = self.ec2.describe_addresses().send().await.unwrap();
            let internet = self.ec2.describe_internet_gateways().send().await.unwrap();
            Shared {
                vpcs: ids(vpcs.vpcs(), Vpc::vpc_id),
                nat_gateways: ids(gateways.nat_gateways(), NatGateway::nat_gateway_id),
                addresses: ids(addresses.addresses(), Address::allocation_id),
                internet_gateways: ids(
                    internet.internet_gateways(),
                    InternetGateway::internet_gateway_id,
                ),
            }
        })
    }

    /// The subnets that a cluster made, sorted by zone and kind.
    pub(crate) fn subnets(&self, cluster: &str) -> Vec<Placed> {
        let (subnets, tables) = self.runtime.block_on(async {
            let owned = Filter::builder()
                .name("tag:KubernetesCluster")
                .values(cluster)
                .build();
            let subnets = self
                .ec2
                .describe_subnets()
                .filters(owned)
                .send()
                .await
                .unwrap();
            let tables = self.ec2.describe_route_tables().send().await.unwrap();
            (subnets.subnets.unwrap(), tables.route_tables.unwrap())
        });
        let mut placed: Vec<Placed> = subnets
            .iter()
            .map(|subnet| place(subnet, &tables))
            .collect();
        placed.sort();
        placed
    }

    /// Every route table with its routes and its subnets, in words, by id.
    pub(crate) fn route_tables(&self) -> BTreeMap<String, String> {
        let asked = self.ec2.describe_route_tables().send();
        let told = self.runtime.block_on(asked).unwrap();
        let tables = told.route_tables().iter();
        tables
            .map(|table| {
                let words = format!("{:?} {:?}", table.routes(), table.associations());
                (table.route_table_id().unwrap().to_owned(), words)
            })
            .collect()
    }

    /// The tags of a subnet, but those that Terraform made.
    pub(crate) fn tags_of_subnet(&self, id: &str) -> BTreeMap<String, String> {
        let asked = self.ec2.describe_subnets().subnet_ids(id).send();
        let told = self.runtime.block_on(asked).unwrap();
        let tags = told.subnets()[0].tags().iter();
        let pairs = tags.map(|tag| (tag.key().unwrap(), tag.value().unwrap()));
        pairs
            .filter(|(key, _)| !["Name", "Managed By"].contains(key))
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect()
    }

    /// How many subnets a VPC has.
    pub(crate) fn count_subnets(&self, vpc: &str) -> usize {
        let inside = Filter::builder().name("vpc-id").values(vpc).build();
        let asked = self.ec2.describe_subnets().filters(inside).send();
        self.runtime.block_on(asked).unwrap().subnets().len()
    }

    /// The names of the security groups that let anybody in to a port.
    pub(crate) fn open_to_all(&self, port: i32) -> BTreeSet<String> {
        let asked = self.ec2.describe_security_groups().send();
        let told = self.runtime.block_on(asked).unwrap();
        let opens = |permission: &IpPermission| {
            let mut ranges = permission.ip_ranges().iter();
            permission.from_port() == Some(port)
                && ranges.any(|range| range.cidr_ip() == Some("0.0.0.0/0"))
        };
        let groups = told.security_groups().iter();
        let open = groups.filter(|group| group.ip_permissions().iter().any(opens));
        open.map(|group| group.group_name().unwrap().to_owned())
            .collect()
    }

    /// The machine type of the newest version of each launch template, by the template's name.
    pub(crate) fn machine_types(&self) -> BTreeMap<String, String> {
        let asked = self
            .ec2
            .describe_launch_template_versions()
            .versions("$Latest")
            .send();
        let told = self.runtime.block_on(asked).unwrap();
        let versions = told.launch_template_versions().iter();
        versions
            .map(|version| {
                let data = version.launch_template_data().unwrap();
                let kind = data.instance_type().unwrap().as_str().to_owned();
                (version.launch_template_name().unwrap().to_owned(), kind)
            })
            .collect()
    }

    /// Adds a subnet to a VPC, as Terraform or a person would.
    pub(crate) fn add_subnet(&self, vpc: &str, block: &str) {
        let made = self.ec2.create_subnet().vpc_id(vpc).cidr_block(block);
        self.runtime.block_on(made.send()).unwrap();
    }

    /// Sends a range of addresses to the internet gateway, in the VPC's first route table.
    pub(crate) fn add_route(&self, vpc: &str, range: &str) {
        let inside = |name: &str| Filter::builder().name(name).values(vpc).build();
        self.runtime.block_on(async {
            let tables = self.ec2.describe_route_tables().filters(inside("vpc-id"));
            let tables = tables.send().await.unwrap();
            let gateways = self
                .ec2
                .describe_internet_gateways()
                .filters(inside("attachment.vpc-id"));
            let gateways = gateways.send().await.unwrap();
            let made = self
                .ec2
                .create_route()
                .route_table_id(tables.route_tables()[0].route_table_id().unwrap())
                .destination_cidr_block(range)
                .gateway_id(
                    gateways.internet_gateways()[0]
                        .internet_gateway_id()
                        .unwrap(),
                );
            made.send().await.unwrap();
        });
    }

    /// Makes a bucket that may exist, with versions.
    pub(crate) fn make_bucket(&self, name: &str) {
        let _ = self
            .runtime
            .block_on(self.s3.create_bucket().bucket(name).send());
    }

    /// Key, secret and token of a role, in whichever account it is.
    pub(crate) fn assume(&self, role: &str) -> (String, String, String) {
        let asked = self
            .sts
            .assume_role()
            .role_arn(role)
            .role_session_name("test");
        let answer = self.runtime.block_on(asked.send()).unwrap();
        let found = answer.credentials().unwrap();
        (
            found.access_key_id().to_owned(),
            found.secret_access_key().to_owned(),
            found.session_token().to_owned(),
        )
    }

    /// Makes a NAT gateway in the VPC's first subnet.
    pub(crate) fn add_nat_gateway(&self, vpc: &str) {
        let inside = Filter::builder().name("vpc-id").values(vpc).build();
        self.runtime.block_on(async {
            let subnets = self.ec2.describe_subnets().filters(inside).send();
            let subnets = subnets.await.unwrap();
            let address = self.ec2.allocate_address().send().await.unwrap();
            let made = self
                .ec2
                .create_nat_gateway()
                .subnet_id(subnets.subnets()[0].subnet_id().unwrap())
                .allocation_id(address.allocation_id().unwrap());
            made.send().await.unwrap();
        });
    }

    /// The NAT gateways of a VPC.
    pub(crate) fn nat_gateways(&self, vpc: &str) -> Vec<Seen> {
        let (gateways, subnets, tables) = self.runtime.block_on(async {
            let of_vpc = || Filter::builder().name("vpc-id").values(vpc).build();
            let gateways = self.ec2.describe_nat_gateways().filter(of_vpc());
            let subnets = self.ec2.describe_subnets().filters(of_vpc());
            let tables = self.ec2.describe_route_tables().filters(of_vpc());
            (
                gateways.send().await.unwrap().nat_gateways.unwrap(),
                subnets.send().await.unwrap().subnets.unwrap(),
                tables.send().await.unwrap().route_tables.unwrap(),
            )
        });
        gateways
            .iter()
            .map(|gateway| seen(gateway, &subnets, &tables))
            .collect()
    }

    /// The internet gateway of a VPC.
    pub(crate) fn internet_gateway(&self, vpc: &str) -> String {
        let of_vpc = Filter::builder()
            .name("attachment.vpc-id")
            .values(vpc)
            .build();
        let call = self.ec2.describe_internet_gateways().filters(of_vpc);
        let found = self.runtime.block_on(call.send()).unwrap();
        let [gateway] = found.internet_gateways() else {
            panic!("{vpc} has {:?}", found.internet_gateways())
        };
        gateway.internet_gateway_id().unwrap().to_owned()
    }

    /// Every object of a bucket and its `ETag`.
    pub(crate) fn objects(&self, bucket: &str) -> BTreeMap<String, String> {
        let listing = self.s3.list_objects_v2().bucket(bucket).send();
        let listed = self.runtime.block_on(listing).unwrap();
        let objects = listed.contents().iter();
        objects
            .map(|object| {
                (
                    object.key().unwrap().to_owned(),
                    object.e_tag().unwrap().to_owned(),
                )
            })
            .collect()
    }

    /// The bytes of an object.
    pub(crate) fn object(&self, bucket: &str, key: &str) -> Vec<u8> {
        self.runtime.block_on(async {
            let found = self
                .s3
                .get_object()
                .bucket(bucket)
                .key(key)
                .send()
                .await
                .unwrap();
            found.body.collect().await.unwrap().to_vec()
        })
    }

    /// Puts an object, as another operator would.
    pub(crate) fn put(&self, bucket: &str, key: &str, bytes: &[u8]) {
        let body = aws_sdk_s3::primitives::ByteStream::from(bytes.to_vec());
        let put = self.s3.put_object().bucket(bucket).key(key).body(body);
        self.runtime.block_on(put.send()).unwrap();
    }

    /// How many volumes a cluster has.
    pub(crate) fn volumes(&self, cluster: &str) -> usize {
        let owned = Filter::builder()
            .name("tag:KubernetesCluster")
            .values(cluster)
            .build();
        let listing = self.ec2.describe_volumes().filters(owned).send();
        self.runtime.block_on(listing).unwrap().volumes().len()
    }

    /// Every object of the state store and its size.
    pub(crate) fn state_store(&self) -> BTreeMap<String, i64> {
        let listing = self.s3.list_objects_v2().bucket("example-state").send();
        let listed = self.runtime.block_on(listing).unwrap();
        let objects = listed.contents().iter();
        objects
            .map(|object| (object.key().unwrap().to_owned(), object.size().unwrap()))
            .collect()
    }
}

fn ids<T>(items: &[T], id: impl Fn(&T) -> Option<&str>) -> BTreeSet<String> {
    items
        .iter()
        .map(|item| id(item).unwrap().to_owned())
        .collect()
}

fn place(subnet: &Subnet, tables: &[RouteTable]) -> Placed {
    let id = subnet.subnet_id().unwrap();
    let associated = |table: &&RouteTable| {
        table
            .associations()
            .iter()
            .any(|link| link.subnet_id() == Some(id))
    };
    let table = tables
        .iter()
        .find(associated)
        .unwrap_or_else(|| panic!("{id} has no route table"));
    let mut routes = table.routes().iter();
    let out = routes
        .find(|route| route.destination_cidr_block() == Some("0.0.0.0/0"))
        .unwrap();
    Placed {
        zone: subnet.availability_zone().unwrap().to_owned(),
        kind: tag(subnet.tags(), "SubnetType").to_owned(),
        block: subnet.cidr_block().unwrap().to_owned(),
        leaves_by: out
            .nat_gateway_id()
            .or(out.gateway_id())
            .unwrap()
            .to_owned(),
    }
}

fn seen(gateway: &NatGateway, subnets: &[Subnet], tables: &[RouteTable]) -> Seen {
    let own = gateway.subnet_id();
    let subnet = subnets.iter().find(|subnet| subnet.subnet_id() == own);
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    Seen {
        id: text(gateway.nat_gateway_id()),
        state: text(
            gateway
                .state()
                .map(aws_sdk_ec2::types::NatGatewayState::as_str),
        ),
        connectivity: text(
            gateway
                .connectivity_type()
                .map(aws_sdk_ec2::types::ConnectivityType::as_str),
        ),
        regional: gateway
            .availability_mode()
            .is_some_and(|mode| mode.as_str() == "regional"),
        addresses: gateway.nat_gateway_addresses().len(),
        zone: subnet.and_then(|subnet| subnet.availability_zone().map(str::to_owned)),
        leads_out: own.is_some_and(|id| leads_out(id, tables)),
    }
}

fn leads_out(subnet: &str, tables: &[RouteTable]) -> bool {
    let mut own = tables.iter().filter(|table| {
        let mut links = table.associations().iter();
        links.any(|link| link.subnet_id() == Some(subnet))
    });
    own.any(|table| {
        table.routes().iter().any(|route| {
            route.destination_cidr_block() == Some("0.0.0.0/0")
                && route.gateway_id().is_some_and(|id| id.starts_with("igw-"))
        })
    })
}

fn tag<'a>(tags: &'a [Tag], key: &str) -> &'a str {
    tags.iter()
        .find(|tag| tag.key() == Some(key))
        .unwrap()
        .value()
        .unwrap()
}
