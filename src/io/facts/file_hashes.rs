//! The hashes of a mirror's files, which kops reads when it runs and writes into what the instances start with.

use tokio::task::JoinSet;

use super::ReadFact;
use crate::core::approval::facts::NamedInSpec;
use crate::io::http;

const LONGEST: usize = 4 << 10;
/// Where kops has its own files, and Kubernetes its programs (`wellknownassets/kopsassets.go`, `nodemodel/fileassets.go`).
const KOPS: &str = "https://artifacts.k8s.io/binaries/kops";
const KUBERNETES: &str = "https://dl.k8s.io/release";
const ARCHITECTURES: [&str; 2] = ["amd64", "arm64"];

/// The hashes that kops would read from a mirror, which `assets.fileRepository` or `KOPS_BASE_URL` names (`base`); none
/// without one, because kops's own places do not change what a version has. Of the many files these are the ones that every
/// cluster has: for most others kops has hashes built in (`pkg/assets/assetdata`).
pub(super) async fn read(named: &NamedInSpec, base: Option<&str>, version: &str) -> Vec<ReadFact> {
    let mut asking = JoinSet::new();
    for (name, url) in addresses(named, base, version) {
        asking.spawn(async move {
            let value = hash_at(&url).await.map_err(|why| (why, ""));
            ReadFact { name, value }
        });
    }
    asking.join_all().await
}

// The facts and the addresses of the files.
fn addresses(named: &NamedInSpec, base: Option<&str>, version: &str) -> Vec<(String, String)> {
    let repository = named.file_repository.as_deref();
    if base.is_none() && repository.is_none() {
        return Vec::new();
    }
    let own = base.map_or_else(|| format!("{KOPS}/{version}"), ToOwned::to_owned);
    let mut files: Vec<(String, String)> = Vec::new();
    for architecture in ARCHITECTURES {
        let mut add = |file: &str, place: &str| {
            let url = format!(
                "{}/linux/{architecture}/{file}",
                place.trim_end_matches('/')
            );
            files.push((
                format!("hash of {file} {architecture}"),
                mirrored(&url, repository),
            ));
        };
        add("nodeup", &own);
        if let (Some(version), Some(_)) = (&named.kubernetes_version, repository) {
            let place = format!("{KUBERNETES}/v{}/bin", version.trim_start_matches('v'));
            add("kubelet", &place);
            add("kubectl", &place);
        }
    }
    files
}

// As `remapURL` in kops's `pkg/assets/builder.go`: the path of the address below that of the repository.
fn mirrored(url: &str, repository: Option<&str>) -> String {
    let Some(repository) = repository else {
        return url.to_owned();
    };
    let path = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = path.split_once('/').map_or("", |(_, path)| path);
    format!("{}/{path}", repository.trim_end_matches('/'))
}

// kops takes the first of the two that it can read (`findHash`).
async fn hash_at(url: &str) -> Result<String, String> {
    if !url.starts_with("https://") && !url.starts_with("http://") {
        return Err(format!(
            "kopswain reads hashes over HTTP only, and this is {url}"
        ));
    }
    let first = http::text_at(&format!("{url}.sha256"), LONGEST).await;
    let text = match first {
        Ok(text) => text,
        Err(why) => http::text_at(&format!("{url}.sha256sum"), LONGEST)
            .await
            .map_err(|_| why)?,
    };
    let hash = text.split_whitespace().next();
    hash.map(ToOwned::to_owned)
        .ok_or_else(|| format!("{url}.sha256 is empty"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn urls(named: &NamedInSpec, base: Option<&str>) -> Vec<String> {
        let all = addresses(named, base, "1.36.2").into_iter();
        all.map(|(_, url)| url)
            .filter(|url| url.contains("amd64"))
            .collect()
    }

    #[test]
    fn the_files_are_where_kops_looks_for_them() {
        let mut named = NamedInSpec {
            kubernetes_version: Some("1.35.5".to_owned()),
            ..NamedInSpec::default()
        };
        assert_eq!(urls(&named, None), Vec::<String>::new());
        assert_eq!(
            urls(&named, Some("https://b/kops/1.36.2/")),
            ["https://b/kops/1.36.2/linux/amd64/nodeup"]
        );
        named.file_repository = Some("https://m.example.com/x/".to_owned());
        assert_eq!(
            urls(&named, None),
            [
                "https://m.example.com/x/binaries/kops/1.36.2/linux/amd64/nodeup",
                "https://m.example.com/x/release/v1.35.5/bin/linux/amd64/kubelet",
                "https://m.example.com/x/release/v1.35.5/bin/linux/amd64/kubectl",
            ]
        );
    }
}
