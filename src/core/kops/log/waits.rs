//! What kops waits for, and how long that usually takes on AWS.

/// The beginning of what kops prints (`upup/pkg/fi/cloudup` of kops 1.36), and the usual time.
const WAITS: [(&str, &str); 3] = [
    ("Waiting for load balancer", "1 to 3 minutes"),
    ("waiting for eventual consistency", "some seconds"),
    ("Waiting for instance", "about a minute"),
];

/// How long what kops prints usually takes; absent where nothing is waited for.
pub fn usual_wait(message: &str) -> Option<&'static str> {
    let mut waits = WAITS.iter();
    let found = waits.find(|(beginning, _)| message.starts_with(beginning));
    found.map(|(_, usual)| *usual)
}

#[cfg(test)]
mod tests {
    use super::usual_wait;

    #[test]
    fn a_wait_is_known_by_its_beginning() {
        let load_balancer =
            "Waiting for load balancer \"api-prod-example-com-9ufptm\" to be created...";
        assert_eq!(usual_wait(load_balancer), Some("1 to 3 minutes"));
        assert_eq!(usual_wait("Exporting kubeconfig for cluster"), None);
    }
}
