//! An account without a VPC, as far as an approval asks for it, whose buckets keep what is put into them.

use std::collections::BTreeMap;

use crate::server::{Reply, Request, Server};

const IDENTITY: &str = "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
     <GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/a</Arn><UserId>U</UserId>\
     <Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";

/// Objects by the path of their URL.
type Objects = BTreeMap<String, String>;

/// Answers until the test program ends.
pub(crate) fn start() -> Server {
    let mut objects = Objects::new();
    Server::start(move |request| answer(request, &mut objects))
}

fn answer(request: &Request, objects: &mut Objects) -> Reply {
    let action = request.action();
    if action.is_empty() {
        return bucket(request, objects);
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

// Every bucket is there; an object is made only where there is none, as all that is written here asks for.
fn bucket(request: &Request, objects: &mut Objects) -> Reply {
    let (method, target) = request.line.split_once(' ').unwrap();
    let path = target.split('?').next().unwrap().to_owned();
    match method {
        "HEAD" => Reply::Header(200, "x-amz-bucket-region: us-east-1"),
        "PUT" if objects.contains_key(&path) => refused(412, "PreconditionFailed"),
        "PUT" => {
            // Around it may be the frame of a body with a checksum behind it.
            let text = &request.body;
            let (from, to) = (text.find('{').unwrap(), text.rfind('}').unwrap());
            objects.insert(path, text[from..=to].to_owned());
            Reply::Http(200, String::new())
        }
        "DELETE" => {
            objects.remove(&path);
            Reply::Http(204, String::new())
        }
        _ if target.contains("list-type") => listed(target, objects),
        _ => match objects.get(&path) {
            Some(text) => Reply::Http(200, text.clone()),
            None => refused(404, "NoSuchKey"),
        },
    }
}

fn listed(target: &str, objects: &Objects) -> Reply {
    let target = target.replace("%2F", "/");
    let prefix = target.split("prefix=").nth(1).unwrap_or_default();
    let prefix = prefix.split('&').next().unwrap_or_default();
    let keys = objects.keys().filter_map(|path| path.splitn(3, '/').nth(2));
    let found = keys.filter(|key| key.starts_with(prefix));
    let item = |key: &str| format!("<Contents><Key>{key}</Key><ETag>e</ETag></Contents>");
    let items = found.map(item).collect::<Vec<_>>().concat();
    Reply::Http(
        200,
        format!("<ListBucketResult><IsTruncated>false</IsTruncated>{items}</ListBucketResult>"),
    )
}

fn refused(status: u16, code: &str) -> Reply {
    Reply::Http(status, format!("<Error><Code>{code}</Code></Error>"))
}
