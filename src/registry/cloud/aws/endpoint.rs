use url::Url;

use super::partition::{Partition, is_region};
use crate::registry::cloud::environment::CloudEnvironment;

/// The services that are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Service {
    Ecr,
    EcrPublic,
    Sts,
    Sso,
}

/// Which of a service's endpoints is meant.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct EndpointPlace {
    pub(super) region: String,
    pub(super) fips: bool,
    pub(super) dual_stack: bool,
}

impl EndpointPlace {
    /// Names a region; whether FIPS or IPv6 is wanted stands in the environment.
    pub(super) fn new(region: &str, environment: &CloudEnvironment) -> Self {
        Self {
            region: region.into(),
            fips: environment.says("AWS_USE_FIPS_ENDPOINT"),
            dual_stack: environment.says("AWS_USE_DUALSTACK_ENDPOINT"),
        }
    }
}

impl Service {
    /// Returns the name under which requests are signed.
    pub(super) fn signing_name(self) -> &'static str {
        match self {
            Self::Ecr => "ecr",
            Self::EcrPublic => "ecr-public",
            Self::Sts => "sts",
            Self::Sso => "sso",
        }
    }

    fn variable(self) -> &'static str {
        match self {
            Self::Ecr => "AWS_ENDPOINT_URL_ECR",
            Self::EcrPublic => "AWS_ENDPOINT_URL_ECR_PUBLIC",
            Self::Sts => "AWS_ENDPOINT_URL_STS",
            Self::Sso => "AWS_ENDPOINT_URL_SSO",
        }
    }

    /// Returns the URL of a service: that of a variable, or where AWS's endpoint rules say it is.
    pub(super) fn url(
        self,
        place: &EndpointPlace,
        environment: &CloudEnvironment,
    ) -> Result<Url, String> {
        if !environment.says("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") {
            for name in [self.variable(), "AWS_ENDPOINT_URL"] {
                if let Some(value) = environment.variable(name) {
                    return configured(name, value);
                }
            }
        }
        let region = &place.region;
        if !is_region(region) {
            return Err("the region has characters that no region has".into());
        }
        let url = format!("https://{}/", self.host(place));
        Url::parse(&url).map_err(|_| "the region makes no host".into())
    }

    fn host(self, place: &EndpointPlace) -> String {
        let partition = Partition::of(&place.region);
        let region = &place.region;
        let suffix = if place.dual_stack {
            format!("api.{}", partition.dual_stack)
        } else {
            partition.suffix.to_string()
        };
        let fips = if place.fips { "-fips" } else { "" };
        match self {
            Self::Ecr if place.dual_stack => format!("ecr{fips}.{region}.{suffix}"),
            Self::Ecr => format!("api.ecr{fips}.{region}.{suffix}"),
            Self::EcrPublic if place.dual_stack && !place.fips && partition.is_usual() => {
                format!("ecr-public.{region}.{suffix}")
            }
            Self::EcrPublic => format!("api.ecr-public{fips}.{region}.{suffix}"),
            // For the United States' government the usual endpoints are FIPS ones.
            Self::Sts if place.fips && !place.dual_stack && partition.is_government() => {
                format!("sts.{region}.{suffix}")
            }
            Self::Sts => format!("sts{fips}.{region}.{suffix}"),
            Self::Sso if place.fips && !place.dual_stack && partition.is_government() => {
                format!("portal.sso.{region}.{suffix}")
            }
            Self::Sso => format!("portal.sso{fips}.{region}.{suffix}"),
        }
    }
}

/// Reads a URL that the environment names.
pub(super) fn configured(name: &str, value: &str) -> Result<Url, String> {
    let url = Url::parse(value).map_err(|_| format!("`{name}` is not a URL"))?;
    let plain = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if !matches!(url.scheme(), "http" | "https") || !plain {
        return Err(format!(
            "`{name}` must be an `http` or `https` URL without credentials and query"
        ));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    fn environment(variables: &[(&str, &str)]) -> CloudEnvironment {
        let variables = variables
            .iter()
            .map(|(name, value)| ((*name).to_string(), (*value).to_string()));
        CloudEnvironment::new(variables, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn endpoints_are_where_the_sdks_find_them() {
        use Service::{Ecr, EcrPublic, Sso, Sts};
        let none = environment(&[]);
        for (service, region, fips, dual_stack, host) in [
            (
                Ecr,
                "eu-west-1",
                false,
                false,
                "api.ecr.eu-west-1.amazonaws.com",
            ),
            (
                Ecr,
                "us-east-1",
                true,
                false,
                "api.ecr-fips.us-east-1.amazonaws.com",
            ),
            (Ecr, "us-east-1", false, true, "ecr.us-east-1.api.aws"),
            (Ecr, "us-east-1", true, true, "ecr-fips.us-east-1.api.aws"),
            (
                Ecr,
                "us-gov-west-1",
                true,
                false,
                "api.ecr-fips.us-gov-west-1.amazonaws.com",
            ),
            (
                Ecr,
                "cn-north-1",
                false,
                false,
                "api.ecr.cn-north-1.amazonaws.com.cn",
            ),
            (
                Ecr,
                "cn-north-1",
                false,
                true,
                "ecr.cn-north-1.api.amazonwebservices.com.cn",
            ),
            (
                Ecr,
                "eusc-de-east-1",
                false,
                false,
                "api.ecr.eusc-de-east-1.amazonaws.eu",
            ),
            (
                Ecr,
                "us-iso-east-1",
                false,
                false,
                "api.ecr.us-iso-east-1.c2s.ic.gov",
            ),
            (
                Ecr,
                "us-isob-east-1",
                false,
                false,
                "api.ecr.us-isob-east-1.sc2s.sgov.gov",
            ),
            (
                Ecr,
                "eu-isoe-west-1",
                false,
                false,
                "api.ecr.eu-isoe-west-1.cloud.adc-e.uk",
            ),
            (
                Ecr,
                "us-isof-south-1",
                false,
                false,
                "api.ecr.us-isof-south-1.csp.hci.ic.gov",
            ),
            (
                EcrPublic,
                "us-east-1",
                false,
                false,
                "api.ecr-public.us-east-1.amazonaws.com",
            ),
            (
                EcrPublic,
                "us-east-1",
                false,
                true,
                "ecr-public.us-east-1.api.aws",
            ),
            (
                Sts,
                "eu-west-1",
                false,
                false,
                "sts.eu-west-1.amazonaws.com",
            ),
            (
                Sts,
                "us-east-1",
                true,
                false,
                "sts-fips.us-east-1.amazonaws.com",
            ),
            (
                Sts,
                "us-gov-west-1",
                true,
                false,
                "sts.us-gov-west-1.amazonaws.com",
            ),
            (Sts, "us-east-1", false, true, "sts.us-east-1.api.aws"),
            (
                Sts,
                "cn-north-1",
                false,
                false,
                "sts.cn-north-1.amazonaws.com.cn",
            ),
            (
                Sso,
                "eu-central-1",
                false,
                false,
                "portal.sso.eu-central-1.amazonaws.com",
            ),
            (
                Sso,
                "us-gov-west-1",
                true,
                false,
                "portal.sso.us-gov-west-1.amazonaws.com",
            ),
        ] {
            let region = region.to_string();
            let place = EndpointPlace {
                region,
                fips,
                dual_stack,
            };
            let url = service.url(&place, &none).unwrap();
            assert_eq!(url.as_str(), format!("https://{host}/"));
        }
    }

    #[test]
    fn variables_name_other_endpoints_the_services_own_first() {
        let general = ("AWS_ENDPOINT_URL", "http://localhost:4566");
        let own = ("AWS_ENDPOINT_URL_ECR", "http://localhost:1/x");
        let ignore = ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
        let url = |service: Service, variables: &[(&str, &str)]| {
            let environment = environment(variables);
            let place = EndpointPlace::new("eu-west-1", &environment);
            service.url(&place, &environment).map(String::from)
        };
        assert_eq!(url(Service::Ecr, &[general, own]).unwrap(), own.1);
        assert_eq!(
            url(Service::Sts, &[general, own]).unwrap(),
            "http://localhost:4566/"
        );
        let usual = url(Service::Ecr, &[general, own, ignore]).unwrap();
        assert_eq!(usual, "https://api.ecr.eu-west-1.amazonaws.com/");
        let fips = url(Service::Ecr, &[("AWS_USE_FIPS_ENDPOINT", "true")]).unwrap();
        assert_eq!(fips, "https://api.ecr-fips.eu-west-1.amazonaws.com/");
        for bad in [
            "x",
            "ftp://x/",
            "https://u:canary@x/",
            "https://x/?a=canary",
        ] {
            let error = url(Service::Ecr, &[("AWS_ENDPOINT_URL", bad)]).unwrap_err();
            assert!(error.contains("AWS_ENDPOINT_URL") && !error.contains("canary"));
        }
    }

    #[test]
    fn a_region_cannot_name_another_host() {
        let none = environment(&[]);
        for region in ["evil.example/", "a", "x@evil", "-ab", "eu west"] {
            let place = EndpointPlace::new(region, &none);
            assert!(Service::Sts.url(&place, &none).is_err(), "{region}");
        }
    }
}
