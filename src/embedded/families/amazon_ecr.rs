use super::profile::{Busy, Profile};
use crate::embedded::auth::AuthMode;
use crate::embedded::behaviour::Behaviour;
use crate::embedded::interfaces::Interface;
use crate::embedded::operation::Operation;
use crate::embedded::paging::{ListOrder, Paging};

const THROTTLED: Busy = Busy {
    says: |base, _| {
        let body = r#"{"errors":[{"code":"TOOMANYREQUESTS","message":"Rate exceeded"}]}"#;
        base.status(429).json(body)
    },
    tells_wait: false,
};

fn paging() -> Paging {
    let paging = Paging::new().page_size(100).at_most(1000);
    paging.order(ListOrder::Unsorted)
}

/// Amazon ECR: Basic alone, at most 1000 tags a page, and no digest in the header of a `GET`.
pub(super) fn private() -> Profile {
    let host = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
    let auth = AuthMode::basic()
        .token_path("/")
        .service("ecr.amazonaws.com")
        .challenge(r#"Basic realm="{realm}",service="{service}""#);
    let too_many = "Invalid parameter at 'maxResults' failed to satisfy constraint: \
        'Member must have value less than or equal to 1000'";
    let unknown = r#"{"errors":[{"code":"NAME_UNKNOWN","message":"The repository does not exist in the registry with id '123456789012'"}]}"#;
    Profile::new("amazon-ecr", "amazon-ecr", host)
        .username_like("AWS")
        .offering(Interface::AmazonEcr)
        .auth(auth)
        .tags(
            paging()
                .refuse_more(405, "UNSUPPORTED", too_many)
                .opaque_cursor("last"),
        )
        .manner(
            Behaviour::always()
                .if_no_repository()
                .status(404)
                .json(unknown),
        )
        .manner(Behaviour::on(Operation::ManifestGet).without_header("docker-content-digest"))
        .busy_like(THROTTLED)
}

/// Amazon ECR Public: a token for everybody, of the scope `aws`.
pub(super) fn public() -> Profile {
    let auth = AuthMode::bearer()
        .anonymous()
        .token_path("/token/")
        .service("public.ecr.aws")
        .challenge(r#"Bearer realm="{realm}",service="{service}",scope="aws""#)
        .refusal("DENIED", "Not Authorized");
    Profile::new("amazon-ecr-public", "amazon-ecr", "public.ecr.aws")
        .username_like("AWS")
        .auth(auth)
        .tags(paging())
        .manner(
            Behaviour::on(Operation::Tags)
                .header("content-type", "application/json; charset=utf-8"),
        )
        .without_referrers()
        .busy_like(THROTTLED)
}
