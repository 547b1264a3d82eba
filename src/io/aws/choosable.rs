//! What a person can choose from: the profiles of AWS's own files, each with what signs it in, and the regions.

use aws_config::profile::{Profile, load};
use aws_runtime::env_config::file::EnvConfigFiles;
use aws_types::os_shim_internal::{Env, Fs};

use super::region::KNOWN;
use crate::tui::offers::{PlaceOffer, PlaceOffers};

/// How a profile signs in, by the key that tells it, the first that is there.
const KINDS: [(&str, &str); 7] = [
    ("sso_session", "IAM Identity Center"),
    ("sso_start_url", "IAM Identity Center"),
    ("login_session", "aws login"),
    ("role_arn", "role"),
    ("credential_process", "process"),
    ("web_identity_token_file", "web identity"),
    ("aws_access_key_id", "access key"),
];

/// The profiles of AWS's files, sorted, and the regions; no profile where the files cannot be read.
pub async fn offers_of_files() -> PlaceOffers {
    let files = EnvConfigFiles::default();
    let set = load(&Fs::real(), &Env::real(), &files, None).await;
    let profiles = set.map(|set| {
        let names = set.profiles();
        let mut all: Vec<PlaceOffer> = names
            .filter_map(|name| Some(offer(name, set.get_profile(name)?)))
            .collect();
        all.sort_by(|one, other| one.value.cmp(&other.value));
        all
    });
    let region = |name: &&str| PlaceOffer {
        value: (*name).to_owned(),
        note: String::new(),
    };
    PlaceOffers {
        profiles: profiles.unwrap_or_default(),
        regions: KNOWN.iter().map(region).collect(),
    }
}

fn offer(name: &str, profile: &Profile) -> PlaceOffer {
    let kind = KINDS.iter().find(|(key, _)| profile.get(key).is_some());
    let mut note = vec![kind.map_or("no credentials", |(_, word)| word)];
    note.extend(profile.get("mfa_serial").map(|_| "MFA code"));
    note.extend(profile.get("region"));
    PlaceOffer {
        value: name.to_owned(),
        note: note.join(", "),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use aws_runtime::env_config::file::EnvConfigFileKind;

    use super::*;

    #[tokio::test]
    async fn a_profile_says_how_it_signs_in() {
        let config = "[profile keys]\naws_access_key_id = A\naws_secret_access_key = s\nregion = eu-west-1\n[profile on]\nsso_session = x\n[profile in]\nlogin_session = arn:aws:iam::1:user/me\n[profile deploy]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = keys\nmfa_serial = arn:aws:iam::1:mfa/me\n[profile empty]\noutput = json\n";
        let files = EnvConfigFiles::builder()
            .with_contents(EnvConfigFileKind::Config, config)
            .build();
        let set = load(&Fs::real(), &Env::from_slice(&[]), &files, None)
            .await
            .unwrap();
        let note = |name: &str| offer(name, set.get_profile(name).unwrap()).note;
        assert_eq!(note("keys"), "access key, eu-west-1");
        assert_eq!(note("on"), "IAM Identity Center");
        assert_eq!(note("in"), "aws login");
        assert_eq!(note("deploy"), "role, MFA code");
        assert_eq!(note("empty"), "no credentials");
    }
}
