//! An account without a VPC, as far as an approval asks for it.

use crate::server::{Reply, Request, Server};

const IDENTITY: &str = "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
     <GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/a</Arn><UserId>U</UserId>\
     <Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";

/// Answers until the test program ends.
pub(crate) fn start() -> Server {
    Server::start(answer)
}

// Every bucket is there and empty.
fn bucket(line: &str) -> Reply {
    if line.starts_with("HEAD ") {
        return Reply::Header(200, "x-amz-bucket-region: us-east-1");
    }
    let nothing = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>";
    Reply::Http(200, nothing.to_owned())
}

fn answer(request: &Request) -> Reply {
    let action = request.action();
    if action.is_empty() {
        return bucket(&request.line);
    }
    let body = if action == "GetCallerIdentity" {
        IDENTITY.to_owned()
    } else {
        format!(
            "<{action}Response xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"></{action}Response>"
        )
    };
    Reply::Http(200, body)
}
