//! All facts of the account at once: the calls run side by side, and what is known is shown as each page arrives.

use std::collections::BTreeMap;

use ipnet::Ipv4Net;
use tokio::task::{JoinError, JoinSet};

use super::Account;
use super::errors::AwsFailure;
use super::facts::SubnetFact;
use super::read::{Call, CallData, CallPage, DnsAttributes, dns_attributes, page};
use crate::core::fault::Fault;
use crate::core::inventory::{
    Inventory, MissingFact, NatGateway, Route, RouteTable, RouteTarget, Subnet, Tags, Vpc, Zone,
};

/// DNS attributes cost two calls per VPC, and one kind of call may be made some twenty times without being throttled:
/// with more VPCs than this they are left unknown, and `missing` says how to read them.
pub const VPCS_ASKED_FOR_DNS: usize = 10;
/// The same for prefix lists, which cost at least one call each.
const PREFIX_LISTS_ASKED: usize = 20;

/// How much of the account is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All of it; with more than [`VPCS_ASKED_FOR_DNS`] VPCs their DNS attributes stay unknown.
    Account,
    /// All of it, and the DNS attributes of this VPC however many there are; of none where the id is empty.
    AccountFor(String),
    /// One VPC; an id that does not exist gives an inventory without VPCs.
    Vpc(String),
}

impl Account {
    /// Reads what is there, shows what is known after each answer, and gives the complete inventory.
    ///
    /// A call that fails is a [`MissingFact`] and stops nothing else. A Fault when AWS accepts no call at all, or EC2 is
    /// out of reach. What EC2 offers stays empty: ask [`Account::offers`].
    pub async fn discover(
        &self,
        scope: Scope,
        show: impl Fn(Inventory),
    ) -> Result<Inventory, Fault> {
        Ok(self.gathered(scope, show).await?.inventory())
    }

    /// What is in one VPC, and what of it could not be read; a VPC that EC2 does not know has no blocks. A Fault as of
    /// [`Account::discover`].
    pub async fn network(&self, id: &str) -> Result<(Vpc, Vec<MissingFact>), Fault> {
        let gathered = self.gathered(Scope::Vpc(id.to_owned()), |_| ()).await?;
        let vpc = gathered.vpcs.get(id).cloned().unwrap_or_else(|| unseen(id));
        Ok((gathered.whole(&vpc), gathered.missing))
    }

    async fn gathered(&self, scope: Scope, show: impl Fn(Inventory)) -> Result<Gathered, Fault> {
        let mut asking = Asking {
            account: self.clone(),
            scope,
            calls: JoinSet::new(),
        };
        asking.start();
        let mut gathered = Gathered::new(&self.region);
        while let Some(answer) = asking.calls.join_next().await {
            gathered.take(answer, &mut asking)?;
            show(gathered.inventory());
        }
        Ok(gathered)
    }

    /// The DNS attributes of one VPC; a Fault when they cannot be read.
    pub async fn dns_attributes(&self, vpc: &str) -> Result<DnsAttributes, Fault> {
        let (fact, action) = Call::DnsAttributes(vpc.to_owned()).words();
        let answer = dns_attributes(self, vpc).await;
        answer
            .map_err(|failure| failure.into_fault(&format!("the {fact} could not be read"), action))
    }
}

type CallResult = (Call, Result<CallPage, AwsFailure>);

// The calls under way; dropping it ends them.
struct Asking {
    account: Account,
    scope: Scope,
    calls: JoinSet<CallResult>,
}

impl Asking {
    fn start(&mut self) {
        let calls = [
            Call::Vpcs,
            Call::Identity,
            Call::Zones,
            Call::Subnets,
            Call::RouteTables,
            Call::InternetGateways,
            Call::NatGateways,
        ];
        for call in calls {
            self.ask(call, None);
        }
    }

    fn ask(&mut self, call: Call, token: Option<String>) {
        let account = self.account.clone();
        let vpc = match &self.scope {
            Scope::Vpc(vpc) => Some(vpc.clone()),
            Scope::Account | Scope::AccountFor(_) => None,
        };
        self.calls.spawn(async move {
            let answer = page(&account, &call, vpc.as_deref(), token).await;
            (call, answer)
        });
    }
}

// What is known so far, by VPC id.
#[derive(Debug, Default)]
struct Gathered {
    region: String,
    account: Option<String>,
    zones: Vec<Zone>,
    vpcs: BTreeMap<String, Vpc>,
    subnets: BTreeMap<String, Vec<Subnet>>,
    ipv6_only: BTreeMap<String, Vec<String>>,
    route_tables: BTreeMap<String, Vec<RouteTable>>,
    internet_gateways: BTreeMap<String, Vec<String>>,
    nat_gateways: BTreeMap<String, Vec<NatGateway>>,
    dns: BTreeMap<String, DnsAttributes>,
    prefix_lists: BTreeMap<String, Vec<Ipv4Net>>,
    missing: Vec<MissingFact>,
}

impl Gathered {
    fn new(region: &str) -> Self {
        Self {
            region: region.to_owned(),
            ..Self::default()
        }
    }

    fn take(
        &mut self,
        answer: Result<CallResult, JoinError>,
        asking: &mut Asking,
    ) -> Result<(), Fault> {
        match answer.map_err(|error| broken(&error))? {
            (call, Ok((part, next))) => {
                self.add(part);
                match next {
                    Some(token) => asking.ask(call, Some(token)),
                    None if call == Call::Vpcs => self.ask_for_dns(asking),
                    None if call == Call::RouteTables => self.ask_for_prefix_lists(asking),
                    None => {}
                }
            }
            (_, Err(AwsFailure::Account(fault)))
            | (Call::Vpcs, Err(AwsFailure::Unreachable(fault))) => {
                return Err(fault);
            }
            (call, Err(failure)) => {
                self.missing.push(call.missing(&failure));
                // One VPC's own calls need no list of them.
                if let (Call::Vpcs, Scope::Vpc(id)) = (&call, &asking.scope) {
                    asking.ask(Call::DnsAttributes(id.clone()), None);
                }
            }
        }
        Ok(())
    }

    fn add(&mut self, part: CallData) {
        match part {
            CallData::Identity(who) => {
                self.account = Some(who.account).filter(|account| !account.is_empty());
            }
            CallData::Zones(zones) => self.zones.extend(zones),
            CallData::Vpcs(vpcs) => self
                .vpcs
                .extend(vpcs.into_iter().map(|vpc| (vpc.id.clone(), vpc))),
            CallData::Subnets(found) => self.add_subnets(found),
            CallData::RouteTables(found) => by_vpc(&mut self.route_tables, found),
            CallData::InternetGateways(found) => by_vpc(&mut self.internet_gateways, found),
            CallData::NatGateways(found) => by_vpc(&mut self.nat_gateways, found),
            CallData::DnsAttributes { vpc, dns } => {
                self.dns.insert(vpc, dns);
            }
            CallData::PrefixList { id, blocks } => {
                self.prefix_lists.entry(id).or_default().extend(blocks);
            }
        }
    }

    fn add_subnets(&mut self, found: Vec<(String, SubnetFact)>) {
        for (vpc, subnet) in found {
            match subnet {
                SubnetFact::WithIpv4(subnet) => by_vpc(&mut self.subnets, vec![(vpc, subnet)]),
                SubnetFact::Ipv6Only(id) => by_vpc(&mut self.ipv6_only, vec![(vpc, id)]),
            }
        }
    }

    fn ask_for_dns(&mut self, asking: &mut Asking) {
        let few = self.vpcs.len() <= VPCS_ASKED_FOR_DNS;
        let wanted: Vec<String> = match &asking.scope {
            Scope::AccountFor(vpc) if !few => self
                .vpcs
                .get_key_value(vpc)
                .map(|(id, _)| id.clone())
                .into_iter()
                .collect(),
            _ if few => self.vpcs.keys().cloned().collect(),
            _ => {
                self.missing.push(dns_not_asked(self.vpcs.len()));
                return;
            }
        };
        for id in wanted {
            asking.ask(Call::DnsAttributes(id), None);
        }
    }

    fn ask_for_prefix_lists(&mut self, asking: &mut Asking) {
        let mut lists: Vec<String> = self
            .route_tables
            .values()
            .flatten()
            .flat_map(|table| &table.routes)
            .filter(|route| leads_elsewhere(route))
            .map(|route| route.destination.clone())
            .collect();
        lists.sort();
        lists.dedup();
        for id in lists.iter().skip(PREFIX_LISTS_ASKED) {
            self.missing.push(list_not_asked(id));
        }
        for id in lists.into_iter().take(PREFIX_LISTS_ASKED) {
            asking.ask(Call::PrefixList(id), None);
        }
    }

    fn inventory(&self) -> Inventory {
        let mut zones = self.zones.clone();
        zones.sort_by(|left, right| left.name.cmp(&right.name));
        let mut missing = self.missing.clone();
        missing
            .sort_by(|left, right| (&left.action, &left.fact).cmp(&(&right.action, &right.fact)));
        Inventory {
            account: self.account.clone(),
            region: self.region.clone(),
            zones,
            vpcs: self.vpcs.values().map(|vpc| self.whole(vpc)).collect(),
            missing,
            ..Inventory::default()
        }
    }

    fn whole(&self, vpc: &Vpc) -> Vpc {
        let mut vpc = vpc.clone();
        let dns = self.dns.get(&vpc.id);
        vpc.dns_support = dns.map(|dns| dns.support);
        vpc.dns_hostnames = dns.map(|dns| dns.hostnames);
        vpc.internet_gateways = entries(&self.internet_gateways, &vpc.id);
        vpc.internet_gateways.sort();
        vpc.subnets = entries(&self.subnets, &vpc.id);
        vpc.subnets
            .sort_by(|left, right| (left.cidr, &left.id).cmp(&(right.cidr, &right.id)));
        vpc.ipv6_only_subnets = entries(&self.ipv6_only, &vpc.id);
        vpc.ipv6_only_subnets.sort();
        vpc.route_tables = self.routed(&vpc.id);
        vpc.route_tables
            .sort_by(|left, right| left.id.cmp(&right.id));
        vpc.nat_gateways = self.placed(&vpc);
        vpc
    }

    // The route tables of a VPC with what the prefix lists in them hold.
    fn routed(&self, vpc: &str) -> Vec<RouteTable> {
        let mut tables: Vec<RouteTable> = entries(&self.route_tables, vpc);
        for route in tables.iter_mut().flat_map(|table| &mut table.routes) {
            route.prefixes = entries(&self.prefix_lists, &route.destination);
            route.prefixes.sort();
        }
        tables
    }

    // The NAT gateways of a VPC with the zone of the subnet that each sits in, wherever that subnet is.
    fn placed(&self, vpc: &Vpc) -> Vec<NatGateway> {
        let mut gateways: Vec<NatGateway> = entries(&self.nat_gateways, &vpc.id);
        for gateway in &mut gateways {
            gateway.zone = gateway.subnet.as_ref().and_then(|id| self.zone_of(id));
        }
        gateways.sort_by(|left, right| (&left.zone, &left.id).cmp(&(&right.zone, &right.id)));
        gateways
    }

    fn zone_of(&self, subnet: &str) -> Option<String> {
        self.subnets
            .values()
            .flatten()
            .find(|one| one.id == subnet)
            .map(|one| one.zone.clone())
    }
}

// A VPC of which nothing was read.
fn unseen(id: &str) -> Vpc {
    Vpc {
        id: id.to_owned(),
        tags: Tags::default(),
        cidrs: Vec::new(),
        ipv6_cidrs: Vec::new(),
        dns_support: None,
        dns_hostnames: None,
        default: false,
        owner: None,
        internet_gateways: Vec::new(),
        subnets: Vec::new(),
        ipv6_only_subnets: Vec::new(),
        route_tables: Vec::new(),
        nat_gateways: Vec::new(),
    }
}

fn by_vpc<T>(known: &mut BTreeMap<String, Vec<T>>, found: Vec<(String, T)>) {
    for (vpc, one) in found {
        known.entry(vpc).or_default().push(one);
    }
}

fn entries<T: Clone>(known: &BTreeMap<String, Vec<T>>, vpc: &str) -> Vec<T> {
    known.get(vpc).cloned().unwrap_or_default()
}

// A list of AWS's own behind a gateway endpoint holds public addresses of S3 or DynamoDB, which no VPC has.
fn leads_elsewhere(route: &Route) -> bool {
    let endpoint =
        matches!(&route.target, RouteTarget::Other(target) if target.starts_with("vpce-"));
    route.destination.starts_with("pl-") && !endpoint
}

fn list_not_asked(id: &str) -> MissingFact {
    let (fact, action) = Call::PrefixList(id.to_owned()).words();
    let reason =
        format!("it takes a call for each list, and there are more than {PREFIX_LISTS_ASKED}");
    MissingFact::not_asked(fact, action, &reason)
}

fn dns_not_asked(vpcs: usize) -> MissingFact {
    let reason = format!(
        "it takes two calls for each VPC, and there are more than {VPCS_ASKED_FOR_DNS}; name one VPC to read its own"
    );
    MissingFact::not_asked(
        format!("DNS attributes of {vpcs} VPCs"),
        "ec2:DescribeVpcAttribute",
        &reason,
    )
}

fn broken(error: &JoinError) -> Fault {
    Fault::new(
        "reading the account broke off",
        "a call to AWS ended in an unexpected way",
        "try again; if it stays, report it with the text below",
    )
    .with_detail(error.to_string())
}
