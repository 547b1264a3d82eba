//! What IAM says of a role, in the words of its own query protocol: one question, no client for it is worth building.

use std::io::{Read, Write};
use std::net::TcpStream;

use crate::lab::Lab;

/// The document of a policy inside a role, as IAM answers it; percent-encoded.
pub(crate) fn role_policy(lab: &Lab, role: &str, policy: &str) -> String {
    let endpoint = lab.variable("AWS_ENDPOINT_URL");
    let host = endpoint.strip_prefix("http://").unwrap();
    let body =
        format!("Action=GetRolePolicy&Version=2010-05-08&RoleName={role}&PolicyName={policy}");
    let signed = "AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0";
    let mut stream = TcpStream::connect(host).unwrap();
    write!(
        stream,
        "POST / HTTP/1.1\r\nHost: {host}\r\nAuthorization: {signed}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.contains(" 200 "), "{answer}");
    answer
}
