//! What is hidden in which form, and what is not.

use super::*;

#[track_caller]
fn hides(text: &str, expected: &str) {
    let shown = hidden(text.to_owned());
    assert_eq!(shown, expected);
    // Hidden once more it is the same.
    assert_eq!(hide(&shown), None, "{shown}");
}

#[test]
fn names_tell_in_every_form() {
    for (text, expected) in [
        (
            "export S3_ACCESS_KEY_ID=AKIDEXAMPLE",
            "export S3_ACCESS_KEY_ID=[hidden]",
        ),
        (
            "S3_SECRET_ACCESS_KEY=\"a/b+c=\"",
            "S3_SECRET_ACCESS_KEY=\"[hidden]\"",
        ),
        (
            "  S3_SECRET_ACCESS_KEY: a b c",
            "  S3_SECRET_ACCESS_KEY: [hidden]",
        ),
        (
            "{S3_SECRET_ACCESS_KEY: abc, x: y}",
            "{S3_SECRET_ACCESS_KEY: [hidden], x: y}",
        ),
        (
            "{\"AWS_SESSION_TOKEN\":\"abc\",\"x\":1}",
            "{\"AWS_SESSION_TOKEN\":\"[hidden]\",\"x\":1}",
        ),
        (
            "\"{\\\"auths\\\":{\\\"r\\\":{\\\"auth\\\":\\\"dXNlcjpwYXNz\\\"}}}\"",
            "\"{\\\"auths\\\":{\\\"r\\\":{\\\"auth\\\":\\\"[hidden]\\\"}}}\"",
        ),
        (
            "  .dockerconfigjson: eyJhdXRocyI6e319",
            "  .dockerconfigjson: [hidden]",
        ),
        (
            "  - secret: c2VjcmV0IGlzIHNlY3VyZQ==",
            "  - secret: [hidden]",
        ),
        ("  token: abcdef.0123456789abcdef", "  token: [hidden]"),
        (
            "kubelet --bootstrap-token abcdef.0123456789abcdef --v=2",
            "kubelet --bootstrap-token abcdef.0123456789abcdef --v=2",
        ),
        ("x --password hunter2 --v=2", "x --password [hidden] --v=2"),
        (
            "x --client-secret=hunter2 --v=2",
            "x --client-secret=[hidden] --v=2",
        ),
        (
            "client-key-data: LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQo=",
            "client-key-data: [hidden]",
        ),
    ] {
        hides(text, expected);
    }
}

#[test]
fn values_tell_by_their_look() {
    let web = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrdWJlcm5ldGVzIn0.c2lnbmF0dXJlc2lnbmF0dXJl";
    for (text, expected) in [
        ("id AKIAIOSFODNN7EXAMPLE used", "id [hidden] used"),
        (&format!("x {web} y"), "x [hidden] y"),
        (
            "Authorization: Bearer abcdefgh12345",
            "Authorization: Bearer [hidden]",
        ),
        (
            "https://me:hunter2@proxy:3128/x",
            "https://me:[hidden]@proxy:3128/x",
        ),
        (
            "keys: 3 rfc4106(gcm(aes)) 0123456789abcdef0123456789abcdef01234567 128",
            "keys: 3 rfc4106(gcm(aes)) [hidden] 128",
        ),
        (
            "a LS0tLS1CRUdJTiBPUEVOU1NIIFBSSVZBVEUgS0VZLS0tLS0K",
            "a [hidden]",
        ),
        (
            "{\"k\":\"-----BEGIN EC PRIVATE KEY-----\\nMHcC\\n-----END EC PRIVATE KEY-----\"}",
            "{\"k\":\"-----BEGIN EC PRIVATE KEY-----[hidden]-----END EC PRIVATE KEY-----\"}",
        ),
        ("x ghp_0123456789abcdefghij", "x [hidden]"),
    ] {
        hides(text, expected);
    }
}

#[test]
fn a_private_key_is_hidden_and_a_certificate_is_not() {
    let base64 = "MIIEpAIBAAKCAQEA0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL";
    hides(
        &format!(
            "  a: |\n    -----BEGIN RSA PRIVATE KEY-----\n    {base64}\n    ab==\n    -----END RSA PRIVATE KEY-----\n  b: c"
        ),
        "  a: |\n    -----BEGIN RSA PRIVATE KEY-----\n    [hidden]\n    [hidden]\n    -----END RSA PRIVATE KEY-----\n  b: c",
    );
    let certificate = format!("-----BEGIN CERTIFICATE-----\n{base64}\n-----END CERTIFICATE-----");
    assert_eq!(hide(&certificate), None);
    // In a diff the first line may be missing.
    let lines = ["...", base64, "-----END RSA PRIVATE KEY-----"];
    assert_eq!(hide_lines(&lines, true).0, [(1, HIDDEN.to_owned())]);
    assert_eq!(hide_lines(&lines, false).0, []);
}

#[test]
fn the_values_of_a_secret_of_kubernetes_are_hidden_wherever_its_kind_stands() {
    hides(
        "kind: Secret\nmetadata:\n  name: a\nstringData:\n  keys: 3 x y\n  more: |\n    plain\ntype: Opaque\n---\nkind: ConfigMap\ndata:\n  a: b",
        "kind: Secret\nmetadata:\n  name: a\nstringData:\n  keys: [hidden]\n  more: |\n    [hidden]\ntype: Opaque\n---\nkind: ConfigMap\ndata:\n  a: b",
    );
    hides(
        "apiVersion: v1\ndata:\n  a: b\nkind: Secret",
        "apiVersion: v1\ndata:\n  a: [hidden]\nkind: Secret",
    );
}

#[test]
fn the_text_below_a_secret_name_is_hidden() {
    hides(
        "password: |\n  one\n\n  two\nx: y",
        "password: |\n  [hidden]\n\n  [hidden]\nx: y",
    );
}

#[test]
fn what_is_no_secret_is_left() {
    for text in [
        "HTTPTokens  required",
        "Secret/admin",
        "secretName: cilium-ipsec-keys",
        "authenticationTokenWebhook: true",
        "authorization:\n  rbac: {}",
        "secretStore: s3://example-state/prod.example.com/secrets",
        "\"secretsmanager:GetSecretValue\"",
        "serviceAccountIssuer: https://api.internal.prod.example.com",
        "https://example.com/a@b",
        "token: true",
        "secret:\n  secretName: x",
        "password: ${PASSWORD}",
        "sshKeyName: kubernetes.prod.example.com-69:9c:74",
        "NodeupConfigHash: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    ] {
        assert_eq!(hide(text), None, "{text}");
    }
}

#[test]
fn the_lines_of_a_diff_are_read_without_what_stands_before_them() {
    let before = "  \t                    \t";
    let lines = |hidden: bool| {
        let show = |text: &'static str| if hidden { HIDDEN } else { text };
        [
            "+ kind: Secret".to_owned(),
            "+ stringData:".to_owned(),
            format!("+   keys: {}", show("3 x y")),
            "+ -----BEGIN EC PRIVATE KEY-----".to_owned(),
            "- -----BEGIN EC PRIVATE KEY-----".to_owned(),
            format!("+ {}", show("MHc")),
            "+ -----END EC PRIVATE KEY-----".to_owned(),
            format!("- {}", show("MHd")),
            format!("  token: {}", show("abcdef.0123456789abcdef")),
        ]
        .map(|line| format!("{before}{line}"))
    };
    let shown = hide_printed(&lines(false).join("\n")).map(|hidden| hidden.text);
    assert_eq!(shown, Some(lines(true).join("\n")));
    let mut filter = SecretFilter::for_kops();
    let last = lines(false)[3..].to_vec();
    let shown: Vec<String> = last.iter().map(|line| filter.hide(line)).collect();
    assert_eq!(shown, lines(true)[3..]);
}

#[test]
fn lines_of_a_stream_are_hidden_as_they_come() {
    let mut stream = SecretFilter::default();
    let lines = [
        "-----BEGIN PRIVATE KEY-----",
        "MIIE",
        "-----END PRIVATE KEY-----",
        "MIIE",
        "password: x",
    ];
    let shown = lines.map(|line| stream.hide(line));
    assert_eq!(
        shown,
        [
            "-----BEGIN PRIVATE KEY-----",
            "[hidden]",
            "-----END PRIVATE KEY-----",
            "MIIE",
            "password: [hidden]"
        ]
    );
}
