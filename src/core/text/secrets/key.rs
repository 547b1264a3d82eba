//! Which names stand for a secret, whatever the case and the signs between their words.

/// Names that are one by themselves; a short value of them is a word, not a secret.
const WHOLE: [&str; 5] = ["token", "secret", "auth", "credential", "credentials"];

/// What the name of a secret ends in.
const ENDS: [&str; 33] = [
    "accesskey",
    "accesskeyid",
    "accesstoken",
    "apikey",
    "apitoken",
    "appsecret",
    "authtoken",
    "bearertoken",
    "bottoken",
    "clientkeydata",
    "clientsecret",
    "credentialsecret",
    "dockercfg",
    "dockerconfigjson",
    "encryptionkey",
    "hcloudtoken",
    "idtoken",
    "ipseckey",
    "joiningtoken",
    "passphrase",
    "passwd",
    "password",
    "presharedkey",
    "privatekey",
    "psk",
    "refreshtoken",
    "secretaccesskey",
    "secretkey",
    "securitytoken",
    "sessiontoken",
    "sharedsecret",
    "signingkey",
    "webhooksecret",
];

/// The shortest value of a name that is a word of its own.
const SHORTEST: usize = 8;

/// Values that are no secret.
const PLAIN: [&str; 14] = [
    "true",
    "false",
    "null",
    "<nil>",
    "nil",
    "none",
    "<resource>",
    "required",
    "optional",
    "|",
    "|-",
    ">",
    ">-",
    "*",
];

/// Whether a name stands for a secret.
pub fn is_secret_name(name: &str) -> bool {
    let plain = plain(name);
    WHOLE.contains(&plain.as_str()) || ENDS.iter().any(|end| plain.ends_with(end))
}

/// Whether a value of such a name is one.
pub(super) fn is_secret_value(name: &str, value: &str) -> bool {
    let value = value.trim();
    let structure =
        value.starts_with(['{', '[', '&']) || value.starts_with("${") || value.starts_with("$(");
    if value.is_empty() || structure || PLAIN.contains(&value) || value == super::HIDDEN {
        return false;
    }
    let whole = WHOLE.contains(&plain(name).as_str());
    !whole || value.len() >= SHORTEST && !value.contains(' ')
}

fn plain(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}
