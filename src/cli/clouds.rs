use std::collections::BTreeMap;

use super::clock::now;
use super::environment::Environment;
use crate::registry::Auth;
use crate::registry::cloud::{AwsEcr, Azure, CloudEnvironment, Google};

/// The clouds of a run: what is fetched for one registry serves the others.
pub(super) struct Clouds {
    environment: CloudEnvironment,
    /// By profile.
    ecr: BTreeMap<Option<String>, AwsEcr>,
    google: Google,
    azure: Azure,
}

impl Clouds {
    /// Takes credentials from where the clouds' own programs have them.
    pub(super) fn new(environment: &Environment) -> Self {
        let mut of_clouds = CloudEnvironment::new(environment.all(), now());
        if let Some(home) = environment.home() {
            of_clouds = of_clouds.home(home);
        }
        Self {
            ecr: BTreeMap::new(),
            google: Google::new(of_clouds.clone()),
            azure: Azure::new(of_clouds.clone()),
            environment: of_clouds,
        }
    }

    pub(super) fn aws_ecr(&mut self, profile: Option<&str>) -> Auth {
        let environment = &self.environment;
        let ecr = self.ecr.entry(profile.map(Into::into)).or_insert_with(|| {
            let ecr = AwsEcr::new(environment.clone());
            match profile {
                Some(profile) => ecr.profile(profile),
                None => ecr,
            }
        });
        Auth::Cloud(ecr.clone().into())
    }

    pub(super) fn google(&self) -> Auth {
        Auth::Cloud(self.google.clone().into())
    }

    pub(super) fn azure(&self) -> Auth {
        Auth::Cloud(self.azure.clone().into())
    }
}
