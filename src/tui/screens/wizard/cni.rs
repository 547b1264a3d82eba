//! What each CNI is for, and what it costs or needs: kops 1.36's documentation of networking and its manifests.

use super::Wizard;
use super::choice::Choice;
use super::field::Item;
use crate::core::answers::Networking;

/// Every CNI, with a line and a sentence or two.
pub(super) fn choices(_: &Wizard, _: &Item) -> Vec<Choice> {
    let choice = |one: &Networking| {
        let name = one.word();
        Choice::described(name, name, line(*one), sentences(*one).to_owned())
    };
    Networking::ALL.iter().map(choice).collect()
}

fn line(networking: Networking) -> &'static str {
    match networking {
        Networking::Cilium => "kops default: eBPF, network policies, an overlay",
        Networking::CiliumEni => "Cilium, pods in the VPC: needs larger subnets",
        Networking::CiliumEtcd => "Cilium for large clusters: an etcd more to run",
        Networking::Calico => "network policies, an overlay between zones only",
        Networking::AmazonVpc => "AWS's own, pods in the VPC: needs larger subnets",
        Networking::Flannel => "an overlay, no network policies; experimental",
        Networking::KubeRouter => "network policies, routes, IPVS; experimental",
        Networking::Kindnet => "few features; experimental, may be removed",
        Networking::Cni => "none: nodes are not ready until you install one",
    }
}

fn sentences(networking: Networking) -> &'static str {
    match networking {
        Networking::Cilium => {
            "Pods have addresses of 100.64.0.0/10 behind a VXLAN overlay, so that subnets stay small. Takes the place of kube-proxy."
        }
        Networking::CiliumEni => {
            "Without an overlay: each pod has an address of the private subnet. The instance type limits the pods of a node. Takes the place of kube-proxy."
        }
        Networking::CiliumEtcd => {
            "As cilium, with its state in an etcd cluster of its own instead of the Kubernetes API: one more EBS volume for each control-plane instance."
        }
        Networking::Calico => {
            "Pods have addresses of 100.64.0.0/10: plain packets within a subnet, IP-in-IP to the other zones. BGP runs on every node."
        }
        Networking::AmazonVpc => {
            "The Amazon VPC CNI: each pod has an address of the private subnet, and the instance type limits the pods of a node. Network policies are not enforced."
        }
        Networking::Flannel => {
            "Pods have addresses of 100.64.0.0/10 behind a VXLAN overlay. kops never called it stable."
        }
        Networking::KubeRouter => {
            "Pods have addresses of 100.64.0.0/10: routes within a subnet, IP-in-IP to the other zones. Takes the place of kube-proxy. kops never called it stable."
        }
        Networking::Kindnet => {
            "Pods have addresses of 100.64.0.0/10. kops may remove its support of kindnet at any time."
        }
        Networking::Cni => {
            "kops installs no CNI and expects you to; its updates are then yours too."
        }
    }
}
