//! What a spec names that kops looks up when it runs: a VPC, images, and where files come from.

use serde_yaml::Value;

use crate::core::text::yaml::readable_documents;

/// What a spec names, as far as kops asks somebody else what the name stands for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamedInSpec {
    /// The VPC (`networkID`).
    pub vpc: Option<String>,
    /// The images of the instance groups that are names or `ssm:` parameters, sorted, each once; an id stands for itself.
    pub images: Vec<String>,
    /// The instance groups without an image: kops takes the one that its channel names (`PopulateInstanceGroupSpec`).
    pub without_image: Vec<String>,
    /// Where files are copied to (`assets.fileRepository`); kops reads their hashes from there.
    pub file_repository: Option<String>,
    /// The version of Kubernetes; absent where the spec leaves it open.
    pub kubernetes_version: Option<String>,
    /// kops's channel, where it decides anything: a version or an image that the spec leaves open.
    pub channel: Option<String>,
}

impl NamedInSpec {
    /// What the documents of a spec name; those behind one that cannot be read are left out.
    pub fn in_spec(spec: &str) -> Self {
        let mut named = Self::default();
        let documents: Vec<Value> = readable_documents(spec).collect();
        for document in &documents {
            named.take(document);
        }
        named.images.sort();
        named.images.dedup();
        let open = documents.iter().any(is_cluster) && named.kubernetes_version.is_none();
        if open || !named.without_image.is_empty() {
            let channel = documents
                .iter()
                .find_map(|value| text(value, &["spec", "channel"]));
            named.channel = Some(channel.unwrap_or_else(|| "stable".to_owned()));
        }
        named
    }

    fn take(&mut self, document: &Value) {
        if is_cluster(document) {
            self.vpc = text(document, &["spec", "networkID"]);
            self.kubernetes_version = text(document, &["spec", "kubernetesVersion"]);
            self.file_repository = text(document, &["spec", "assets", "fileRepository"]);
        } else if text(document, &["kind"]).as_deref() == Some("InstanceGroup") {
            match text(document, &["spec", "image"]) {
                Some(id) if id.starts_with("ami-") => {}
                Some(name) => self.images.push(name),
                None => self
                    .without_image
                    .extend(text(document, &["metadata", "name"])),
            }
        }
    }
}

fn is_cluster(document: &Value) -> bool {
    text(document, &["kind"]).as_deref() == Some("Cluster")
}

fn text(value: &Value, path: &[&str]) -> Option<String> {
    let mut at = value;
    for name in path {
        at = at.get(name)?;
    }
    let text = at.as_str()?;
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vpc_of_a_spec_is_read() {
        let spec = "kind: Cluster\nspec: {networkID: vpc-1}\n---\nkind: InstanceGroup\nspec: {}\n";
        assert_eq!(NamedInSpec::in_spec(spec).vpc, Some("vpc-1".to_owned()));
        assert_eq!(NamedInSpec::in_spec("kind: Cluster\n").vpc, None);
        assert_eq!(NamedInSpec::in_spec("kind: ["), NamedInSpec::default());
    }

    #[test]
    fn what_kops_looks_up_is_named() {
        let cluster = "kind: Cluster\nspec: {networkID: vpc-1, kubernetesVersion: 1.35.0, assets: {fileRepository: https://m/x}}\n";
        let group = |name: &str, image: &str| {
            format!("---\nkind: InstanceGroup\nmetadata: {{name: {name}}}\nspec: {{{image}}}\n")
        };
        let spec = [
            cluster.to_owned(),
            group("a", "image: ami-1"),
            group("b", "image: ubuntu/x"),
            group("c", "image: 'ssm:/p'"),
            group("d", "image: ubuntu/x"),
        ];
        let named = NamedInSpec::in_spec(&spec.concat());
        assert_eq!(
            named,
            NamedInSpec {
                vpc: Some("vpc-1".to_owned()),
                images: vec!["ssm:/p".to_owned(), "ubuntu/x".to_owned()],
                without_image: Vec::new(),
                file_repository: Some("https://m/x".to_owned()),
                kubernetes_version: Some("1.35.0".to_owned()),
                channel: None,
            }
        );
    }

    #[test]
    fn a_channel_counts_where_the_spec_leaves_something_open() {
        let open = "kind: Cluster\nspec: {channel: alpha}\n";
        assert_eq!(NamedInSpec::in_spec(open).channel.as_deref(), Some("alpha"));
        let whole = "kind: Cluster\nspec: {kubernetesVersion: 1.35.0}\n";
        assert_eq!(NamedInSpec::in_spec(whole).channel, None);
        let group = "---\nkind: InstanceGroup\nmetadata: {name: a}\nspec: {role: Node}\n";
        let named = NamedInSpec::in_spec(&format!("{whole}{group}"));
        assert_eq!(
            (named.channel.as_deref(), named.without_image),
            (Some("stable"), vec!["a".to_owned()])
        );
    }
}
