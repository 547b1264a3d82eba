//! What kops itself refuses, and what it waits for.

use super::When::Words;
use super::{KnownFailure, Retryable, Whose};

/// What kops refuses: the same spec is refused again.
pub(super) const REFUSALS: &[KnownFailure] = failures! {
    "state-store-missing": Kops, No, Words(&[&["State Store: Required value"]]) => {
        what: "kops was given no state store",
        why: "kops keeps every cluster's spec in a state store and reads it before anything else",
        remedy: "give --state s3://BUCKET or set KOPS_STATE_STORE",
        source: "kops `cmd/kops/util/factory.go`",
    }
    "cluster-unknown": Kops, No, Words(&[&["Cluster.kops.k8s.io", "not found"], &["cluster not found"]]) => {
        what: "the state store does not know this cluster",
        why: "no cluster of this name was created in it; the name or the state store may be another one",
        remedy: "look with `kops get clusters`; check the name and the state store",
        source: "kops `pkg/client/simple/vfsclientset/clientset.go`",
    }
    "cluster-exists": Kops, No, Words(&[&["file already exists"], &["cluster", "already exists; use 'kops"]]) => {
        what: "the cluster is already in the state store",
        why: "kops create -f never overwrites; an earlier run got at least this far",
        remedy: "continue with `kopswain review CLUSTER`; for another spec first `kops replace -f cluster_spec.yml --force`",
        source: "kops `util/pkg/vfs` (`os.ErrExist`), `cmd/kops/create.go`",
    }
    "ssh-key-not-single": Kops, No, Words(&[&["exactly one 'admin' SSH public key"]]) => {
        what: "the cluster has more than one SSH public key",
        why: "a key added a second time is appended, and on AWS kops takes exactly one",
        remedy: "look with `kops get sshpublickeys --name=CLUSTER`; remove them with `kops delete sshpublickey --name=CLUSTER` and add the right one again",
        source: "kops `upup/pkg/fi/cloudup/apply_cluster.go`",
    }
    "ssh-key-missing": Kops, No, Words(&[
        &["SSH public key must be specified"],
        &["unable to find specified SSH key"],
    ]) => {
        what: "the SSH key that the cluster names does not exist",
        why: "kops needs the public key, or the EC2 key pair that sshKeyName names, before it makes launch templates",
        remedy: "add it with `kops create sshpublickey --name=CLUSTER -i KEY.pub`, or correct sshKeyName",
        source: "kops `upup/pkg/fi/cloudup/apply_cluster.go`, `awstasks/sshkey.go`",
    }
    "etcd-members-even": Kops, No, Words(&[
        &["odd number of control-plane-zones"],
        &["Should be an odd number of control-plane-zones"],
    ]) => {
        what: "the number of etcd members is even",
        why: "etcd needs a majority; an even number is no safer than one less, and kops refuses it",
        remedy: "use 1, 3 or 5 control-plane instances",
        source: "kops `upup/pkg/fi/cloudup/populate_cluster_spec.go`",
    }
    "field-cannot-change": Kops, No, Words(&[&["Field cannot be changed: "], &["field is immutable"]]) => {
        what: "kops never changes this field of something that exists",
        why: "the task's CheckChanges refuses it before AWS is asked, because AWS has no call for it or it would replace the resource",
        remedy: "set the field back in the spec to what AWS has; a new value needs a new resource, and for a VPC, a subnet or an etcd volume that is a new cluster or a planned migration",
        source: "kops `upup/pkg/fi/errors.go` (`CannotChangeField`, `FieldIsImmutable`)",
    }
    "field-required": Kops, No, Words(&[&["Field is required: "], &["Required value"]]) => {
        what: "a field that kops needs is empty",
        why: "kops checks it before AWS is asked; the same spec fails in the same way",
        remedy: "set the field that kops names, then `kops replace -f cluster_spec.yml --force` and run again",
        source: "kops `upup/pkg/fi/errors.go` (`RequiredField`), apimachinery `field/errors.go`",
    }
    "spec-invalid": Kops, No, Words(&[
        &["completed cluster failed validation"],
        &["spec.", "Invalid value: "],
        &["spec.", "Forbidden: "],
        &["spec.", "Unsupported value: "],
        &["unknown field \""],
    ]) => {
        what: "kops refuses the spec",
        why: "kops validates the whole spec before it does anything; the same spec is refused again",
        remedy: "correct the field that kops names, then `kops replace -f cluster_spec.yml --force` and run again",
        source: "kops `pkg/apis/kops/validation`, apimachinery `field/errors.go`",
    }
    "kops-older": Kops, No, Words(&[&["kops version older than last used"]]) => {
        what: "a newer kops updated this cluster last",
        why: "an older kops may take back what the newer one made, so it refuses",
        remedy: "use at least the version that kops names; --allow-kops-downgrade is for knowing better",
        source: "kops `upup/pkg/fi/cloudup/apply_cluster.go`",
    }
    "kops-upgrade-required": Kops, No, Words(&[&["kops upgrade is required"]]) => {
        what: "this kops is too old",
        why: "the channel no longer supports it, or the Kubernetes version is newer than it knows",
        remedy: "install a newer kops",
        source: "kops `upup/pkg/fi/cloudup/apply_cluster.go`",
    }
    "kubernetes-upgrade-required": Kops, No, Words(&[&["kubernetes upgrade is required"]]) => {
        what: "the cluster's Kubernetes version is too old for this kops",
        why: "kops supports a limited range of versions and refuses the others",
        remedy: "raise kubernetesVersion one minor version at a time, or use an older kops",
        source: "kops `upup/pkg/fi/cloudup/apply_cluster.go`",
    }
    "secret-missing": Kops, No, Words(&[
        &["could not find encryptionconfig secret"],
        &["could not find ciliumpassword secret"],
    ]) => {
        what: "a secret that the spec needs was not created",
        why: "encryptionConfig and Cilium's encryption each need a secret in the state store",
        remedy: "create it with `kops create secret encryptionconfig --name=CLUSTER -f FILE` or `kops create secret ciliumpassword --name=CLUSTER -f FILE`",
        source: "kops `upup/pkg/fi/cloudup/apply_cluster.go`",
    }
    "load-balancer-fixed": Kops, No, Words(&[&["network load balancers do not support"]]) => {
        what: "the API's load balancer cannot be changed in this way",
        why: "kops neither takes subnets nor addresses away from a network load balancer that exists",
        remedy: "set api.loadBalancer.subnets back in the spec, or plan a new load balancer and a new address of the API",
        source: "kops `upup/pkg/fi/cloudup/awstasks/network_load_balancer.go`",
    }
    "vpc-without-dns-support": Kops, No, Words(&[&["did not have EnableDNSSupport=true"]]) => {
        what: "the shared VPC has DNS support switched off",
        why: "kops changes nothing of a shared VPC and needs enableDnsSupport",
        remedy: "switch it on where the VPC is made (Terraform: enable_dns_support = true), then run again",
        source: "kops `upup/pkg/fi/cloudup/awstasks/vpc.go`",
    }
    "nat-gateway-missing": Kops, No, Words(&[
        &["found 0 Nat Gateways"],
        &["NAT gateway \"", "not found"],
        &["NatGatewayNotFound"],
        &["NatGatewayMalformed"],
    ]) => {
        what: "a NAT gateway of the spec does not exist",
        why: "egress of a private subnet names an id that EC2 does not know in this region and account",
        remedy: "correct egress in the spec (`kopswain discover` lists the NAT gateways), then `kops replace -f cluster_spec.yml --force`",
        source: "kops `upup/pkg/fi/cloudup/awstasks/natgateway.go`; EC2 API reference, Error codes",
    }
    "nat-gateway-addresses": Kops, No, Words(&[
        &["EIP Addresses for 1 NATGateway"],
        &["NatGateway \"", "has multiple addresses"],
        &["NatGateway \"", "has no addresses"],
        &["multiple elastic IPs attached to NatGateway"],
    ]) => {
        what: "a NAT gateway does not have exactly one address",
        why: "kops shares only a gateway with one Elastic IP; a regional gateway, or one with secondary addresses, has more",
        remedy: "name a zonal NAT gateway with one address in egress, then `kops replace -f cluster_spec.yml --force`",
        source: "kops `upup/pkg/fi/cloudup/awstasks/natgateway.go`, `elastic_ip.go`",
    }
    "shared-resource-missing": Kops, No, Words(&[
        &["VPC with id \"", "not found"],
        &["VPC \"", "\" not found"],
        &["subnet with id \"", "not found"],
        &["for shared VPC was not found"],
        &["NAT EC2 Instance \"", "not found"],
        &["instance role profile with id \"", "not found"],
    ]) => {
        what: "something that the spec names by id does not exist",
        why: "kops never makes what is shared; AWS does not know the id in this region and account",
        remedy: "correct the id in the spec, or use the account and region that have it, then `kops replace -f cluster_spec.yml --force`",
        source: "kops `upup/pkg/fi/cloudup/awstasks/{vpc,subnet,internetgateway,natgateway,instance,iaminstanceprofile}.go`",
    }
    "image-missing": Aws, No, Words(&[
        &["unable to resolve image"],
        &["image \"", "\" must be ami-"],
        &["could not find Image for"],
        &["InvalidAMIID."],
    ]) => {
        what: "the image of an instance group does not exist here",
        why: "AWS knows no such image in this region, or this account may not use it",
        remedy: "correct image in the instance group: an AMI of this region, or OWNER/NAME",
        source: "kops `upup/pkg/fi/cloudup/awsup/aws_cloud.go` (`resolveImage`); EC2 API reference, Error codes",
    }
    "instance-type-unknown": Aws, No, Words(&[
        &["failed to find instance type details on"],
        &["error finding instance info for instance type"],
        &["instance type \"", "\" not found in region"],
        &["InvalidInstanceType"],
    ]) => {
        what: "an instance type does not exist in this region",
        why: "kops asks EC2 for the type's details and gets none",
        remedy: "correct machineType in the instance group (aws ec2 describe-instance-types)",
        source: "kops `upup/pkg/fi/cloudup/awsup/aws_utils.go`; EC2 API reference, Error codes",
    }
    "subnet-differs": Kops, No, Words(&[
        &["Subnet \"", "has configured CIDR", "actual CIDR found"],
        &["Subnet \"", "has configured Zone", "actual Zone found"],
        &["Subnet \"", "not found in VPC"],
    ]) => {
        what: "a subnet of the spec is not as AWS has it",
        why: "the subnet is shared, so kops takes its CIDR and zone as they are and refuses others",
        remedy: "correct id, cidr and zone of the subnet in the spec, then `kops replace -f cluster_spec.yml --force`",
        source: "kops `upup/pkg/fi/cloudup/subnets.go` (`assignCIDRsToSubnets`), `awsup/aws_cloud.go`",
    }
    "no-cidr-left": Kops, No, Words(&[
        &["could not find any non-overlapping CIDRs"],
        &["CIDRs remaining for automatic CIDR allocation"],
    ]) => {
        what: "kops finds no free CIDR for a subnet",
        why: "the spec's networkCIDR has no range left that no other subnet of the spec overlaps",
        remedy: "name a free cidr for the subnet in the spec (`kopswain discover` shows what is free), then `kops replace -f cluster_spec.yml --force`",
        source: "kops `upup/pkg/fi/cloudup/subnets.go`",
    }
    "zone-or-region-unknown": Kops, No, Words(&[
        &["Region is not a recognized EC2 region"],
        &["Zone is not a recognized AZ"],
        &["invalid AWS zone: "],
        &["Clusters cannot span multiple regions"],
    ]) => {
        what: "a zone of the spec is none that kops can use",
        why: "kops takes the region from the zones of the subnets, which must exist and lie in one region",
        remedy: "correct zone of the subnets in the spec, then `kops replace -f cluster_spec.yml --force`",
        source: "kops `upup/pkg/fi/cloudup/awsup/{aws_utils,aws_cloud}.go` (`ValidateRegion`, `FindRegion`, `ValidateZones`)",
    }
    "volume-ratio": Kops, No, Words(&[
        &["volumeIops to volumeSize ratio must be lower"],
        &["volumeThroughput to volumeIops ratio must be lower"],
    ]) => {
        what: "an etcd volume asks for more than its size allows",
        why: "EBS limits operations per second by the size of a volume, and throughput by its operations",
        remedy: "raise volumeSize or volumeIops of the etcd member in the spec, or lower what it asks for, then `kops replace -f cluster_spec.yml --force`",
        source: "kops `pkg/model/master_volumes.go` (`validateAWSVolume`)",
    }
    "private-key-missing": Kops, No, Words(&[&["found cert in store, but did not find private key"]]) => {
        what: "the state store has a certificate without its private key",
        why: "the key was removed, or kops may not read it (a private key store of its own, or its KMS key)",
        remedy: "check that pki/private of the cluster is complete and readable; restore it from the bucket's older versions",
        source: "kops `upup/pkg/fi/fitasks/keypair.go`",
    }
    "lifecycle-refuses": Kops, No, Words(&[
        &["lifecycle set to ExistsAndValidates, but"],
        &["Lifecycle set to ExistsAndWarnIfChanges and object was not found"],
    ]) => {
        what: "kops may not make or change something that is not as the spec says",
        why: "--lifecycle-overrides, --phase or a role of your own says that it exists already",
        remedy: "make it as the spec says, or leave the override out",
        source: "kops `upup/pkg/fi/context.go` (`Render`)",
    }
    "egress-mixed": Kops, No, Words(&[&["cannot mix egress values"], &["cannot mix publicIP values"]]) => {
        what: "the private subnets of one zone leave by different ways",
        why: "kops makes one route table for the private subnets of a zone",
        remedy: "give them the same egress in the spec, then `kops replace -f cluster_spec.yml --force`",
        source: "kops `pkg/model/awsmodel/network.go`",
    }
    "file-hash-missing": Kops, Unknown, Words(&[
        &["cannot determine hash for \""],
        &["you might have not staged your files correctly"],
    ]) => {
        what: "kops does not get the hash of a file that instances download",
        why: "the Kubernetes version does not exist, its files are not in your file repository, or this host does not reach the address that kops names",
        remedy: "check kubernetesVersion, or stage the files (`kops get assets --name=CLUSTER --copy`); check the network and the proxy",
        source: "kops `pkg/assets/builder.go` (`findHash`)",
    }
    "too-large": Kops, No, Words(&[
        &["UserData was too large"],
        &["User data is limited to"],
        &["Policy cannot exceed"],
        &["Maximum policy size"],
        &["role name length must be equal to 64 or less"],
    ]) => {
        what: "something is larger than AWS allows",
        why: "user data, inline policies and role names have fixed limits",
        remedy: "shorten additionalUserData or additionalPolicies, or the cluster's name, as kops's words say",
        source: "kops `upup/pkg/fi/cloudup/awstasks/{instance,iamrole,iamrolepolicy}.go`; EC2 and IAM quotas",
    }
    "circular-dependency": Kops, No, Words(&[&["circular dependency"]]) => {
        what: "kops's tasks wait for each other",
        why: "this is an error in kops, or in the addons that the spec adds",
        remedy: "report it to kubernetes/kops with the tasks that it names",
        source: "kops `upup/pkg/fi/executor.go`",
    }
    "disk-full": Kops, No, Words(&[&["no space left on device"], &["disk quota exceeded"]]) => {
        what: "a disk is full, or your quota on it used up",
        why: "kops could not write a file of its own on this machine",
        remedy: "make room on the disk that the message names, then run the command again, which is safe",
        source: "ENOSPC and EDQUOT in the words of Go (syscall/zerrors_linux_amd64.go)",
    }
    "read-only-file-system": Kops, No, Words(&[&["read-only file system"]]) => {
        what: "a file system is mounted read-only",
        why: "kops could not write a file of its own on this machine",
        remedy: "give it folders that can be written, such as another HOME or TMPDIR, then run the command again",
        source: "EROFS in the words of Go (syscall/zerrors_linux_amd64.go)",
    }
    "kubeconfig-context-missing": Kops, No, Words(&[&["loading kubecfg settings", "context", "does not exist"]]) => {
        what: "the kubeconfig has no context of the cluster's name",
        why: "kops looks for a context with the cluster's name",
        remedy: "make one with `kops export kubeconfig --name=CLUSTER --admin`, or name another file with --use-kubeconfig",
        source: "kops `cmd/kops/validate_cluster.go`",
    }
    "dns-zone-missing": Kops, No, Words(&[
        &["cannot find DNS Zone"],
        &["No matching hosted zones found"],
        &["no matching hosted zones"],
    ]) => {
        what: "the hosted zone of the cluster does not exist",
        why: "Route 53 has no zone that is called like dnsZone or has its id, in this account",
        remedy: "create the zone and delegate it, correct dnsZone, or use topology.dns.type: None",
        source: "kops `upup/pkg/fi/cloudup/dns.go` (`findZone`)",
    }
    "found-multiple": Kops, No, Words(&[
        &["found multiple "],
        &["Found multiple "],
        &["multiple matching hosted zones"],
    ]) => {
        what: "kops finds several resources where it expects one",
        why: "it recognises its own by their tags and names; two carry the same, and it does not choose",
        remedy: "find both in AWS by the name that kops prints; remove the tags from the one that is not the cluster's, or delete it",
        source: "kops `upup/pkg/fi/cloudup/awstasks` (`found multiple …`)",
    }
};

/// What kops waits for: it is there a little later.
pub(super) const UNREADY: &[KnownFailure] = failures! {
    "instance-profile-young": Aws, Yes, Words(&[
        &["Invalid IamInstanceProfile"],
        &["Invalid IAM Instance Profile"],
        &["IAM instance profile not yet created/propagated"],
        &["IAM Instance Profile to be propagated"],
        &["iamInstanceProfile.name is invalid"],
    ]) => {
        what: "an instance profile that was just made is not known everywhere yet",
        why: "IAM is eventually consistent: EC2 and Auto Scaling learn of a new profile some seconds after IAM",
        remedy: "run the command again, which is safe: by then the profile is known; if it is not, check that it exists in IAM and has its role",
        source: "kops `awstasks/autoscalinggroup.go` (`TryAgainLater`); IAM User Guide, Troubleshoot IAM, eventual consistency",
    }
    "not-yet-made": Kops, Yes, Words(&[
        &["waiting for the NAT Gateway to be created"],
        &["waiting for the VPC IPv6 CIDR"],
        &["waiting for ASG to become ready"],
        &["load balancer not yet ready"],
        &["load balancer not yet created"],
        &["target group not yet created"],
        &["error waiting for NLB", "exceeded max wait time"],
        &["pending delete"],
    ]) => {
        what: "something that kops needs is not ready yet",
        why: "AWS is still making or deleting it; the task can only continue afterwards",
        remedy: "run the command again in some minutes, which is safe",
        source: "kops `upup/pkg/fi/context.go` (`TryAgainLaterError`), `awstasks/{route,subnet,warmpool,targetgroup,network_load_balancer}.go`",
    }
    "load-balancer-missing": Kops, Unknown, Words(&[&["load balancer not ready (no ARN)"]]) => {
        what: "kops waits for a load balancer that is not there",
        why: "while kops makes it this passes; in a dry run kops makes none, so that it never passes when the load balancer was deleted or lost its Name tag while its target groups stayed",
        remedy: "look for the load balancer in AWS: give it its Name tag back (api.CLUSTER), or delete its target groups too, then run again",
        source: "kops `awstasks/targetgroup.go` (`findLatestTargetGroupByName`); seen with kops 1.36.2 in a dry run",
    }
    "iam-entity-missing": Aws, Unknown, Words(&[&["NoSuchEntity: "]]) => {
        what: "IAM does not know something that kops names",
        why: "right after it was made it takes some seconds to appear; a policy of the spec that does not exist never appears",
        remedy: "check that each ARN in externalPolicies and permissionsBoundary exists, then run again, which is safe",
        source: "aws-sdk-go-v2 `iam/types/errors.go` (`NoSuchEntityException`); IAM User Guide, eventual consistency",
    }
};
