//! An account without a VPC, as far as an approval asks for it.

use crate::server::{Reply, Request, Server};

const IDENTITY: &str = "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
     <GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/a</Arn><UserId>U</UserId>\
     <Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";

/// Answers until the test program ends.
pub(crate) fn start() -> Server {
    Server::start(answer)
}

fn answer(request: &Request) -> Reply {
    let action = request.action();
    let body = if action == "GetCallerIdentity" {
        IDENTITY.to_owned()
    } else {
        format!(
            "<{action}Response xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"></{action}Response>"
        )
    };
    Reply::Http(200, body)
}
