use super::partition::{Partition, is_region};

/// A registry of Amazon's.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum EcrHost {
    /// An account's own, in one region.
    Private(PrivateEcr),
    /// `public.ecr.aws`, for everybody.
    Public,
}

/// What the name of a private registry tells.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct PrivateEcr {
    pub(super) account: String,
    pub(super) region: String,
    pub(super) fips: bool,
    pub(super) dual_stack: bool,
}

impl EcrHost {
    /// Reads a registry's name: `ACCOUNT.dkr.ecr.REGION.amazonaws.com` and its relatives.
    ///
    /// The relatives are `dkr.ecr-fips`, `dkr-ecr` and `dkr-ecr-fips` below `on.aws` for IPv6 as well, and
    /// the suffixes of all partitions, each with regions of that partition only.
    pub(super) fn parse(registry: &str) -> Option<Self> {
        if matches!(registry, "public.ecr.aws" | "ecr-public.aws.com") {
            return Some(Self::Public);
        }
        let (account, rest) = registry.split_once('.')?;
        if account.len() != 12 || !account.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let forms = [
            ("dkr.ecr.", false, false),
            ("dkr.ecr-fips.", true, false),
            ("dkr-ecr.", false, true),
            ("dkr-ecr-fips.", true, true),
        ];
        let (rest, fips, dual_stack) = forms.into_iter().find_map(|(form, fips, dual)| {
            rest.strip_prefix(form).map(|rest| (rest, fips, dual))
        })?;
        let (region, suffix) = rest.split_once('.')?;
        let partition = Partition::of(region);
        let expected = if dual_stack {
            suffix.strip_prefix("on.") == Some(partition.dual_stack)
        } else {
            suffix == partition.suffix
        };
        (expected && is_region(region)).then(|| {
            Self::Private(PrivateEcr {
                account: account.into(),
                region: region.into(),
                fips,
                dual_stack,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_private_registrys_name_is_read() {
        for (host, region, fips, dual_stack) in [
            ("dkr.ecr.eu-west-1.amazonaws.com", "eu-west-1", false, false),
            (
                "dkr.ecr-fips.us-east-1.amazonaws.com",
                "us-east-1",
                true,
                false,
            ),
            (
                "dkr.ecr-fips.us-gov-west-1.amazonaws.com",
                "us-gov-west-1",
                true,
                false,
            ),
            ("dkr-ecr.us-east-2.on.aws", "us-east-2", false, true),
            ("dkr-ecr-fips.us-east-2.on.aws", "us-east-2", true, true),
            (
                "dkr-ecr-fips.us-gov-east-1.on.aws",
                "us-gov-east-1",
                true,
                true,
            ),
            (
                "dkr.ecr.cn-north-1.amazonaws.com.cn",
                "cn-north-1",
                false,
                false,
            ),
            (
                "dkr-ecr.cn-northwest-1.on.amazonwebservices.com.cn",
                "cn-northwest-1",
                false,
                true,
            ),
            (
                "dkr.ecr.eusc-de-east-1.amazonaws.eu",
                "eusc-de-east-1",
                false,
                false,
            ),
            (
                "dkr-ecr.eusc-de-east-1.on.amazonwebservices.eu",
                "eusc-de-east-1",
                false,
                true,
            ),
            (
                "dkr.ecr.us-iso-east-1.c2s.ic.gov",
                "us-iso-east-1",
                false,
                false,
            ),
            (
                "dkr.ecr.us-isob-east-1.sc2s.sgov.gov",
                "us-isob-east-1",
                false,
                false,
            ),
            (
                "dkr.ecr.eu-isoe-west-1.cloud.adc-e.uk",
                "eu-isoe-west-1",
                false,
                false,
            ),
            (
                "dkr.ecr.us-isof-south-1.csp.hci.ic.gov",
                "us-isof-south-1",
                false,
                false,
            ),
        ] {
            let parsed = EcrHost::parse(&format!("123456789012.{host}"));
            let expected = PrivateEcr {
                account: "123456789012".into(),
                region: region.into(),
                fips,
                dual_stack,
            };
            assert_eq!(parsed, Some(EcrHost::Private(expected)), "{host}");
        }
        assert_eq!(EcrHost::parse("public.ecr.aws"), Some(EcrHost::Public));
    }

    #[test]
    fn names_that_only_look_like_it_are_none() {
        for host in [
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com.evil.example",
            "evil.example/123456789012.dkr.ecr.eu-west-1.amazonaws.com",
            "x123456789012.dkr.ecr.eu-west-1.amazonaws.com",
            "1234.dkr.ecr.eu-west-1.amazonaws.com",
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com:443",
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com.cn",
            "123456789012.dkr.ecr.cn-north-1.amazonaws.com",
            "123456789012.dkr-ecr.eu-west-1.amazonaws.com",
            "123456789012.dkr.ecr.eu-west-1.on.aws",
            "123456789012.dkr.ecr.-.amazonaws.com",
            "123456789012.dkr.ecr.EU-WEST-1.amazonaws.com",
            "123456789012.dkr.ecr..amazonaws.com",
            "123456789012.dkr.ecrs.eu-west-1.amazonaws.com",
            "123456789012.dkr.ecr.amazonaws.com",
            "public.ecr.aws.example",
            "ghcr.io",
            "",
        ] {
            assert_eq!(EcrHost::parse(host), None, "{host}");
        }
    }
}
