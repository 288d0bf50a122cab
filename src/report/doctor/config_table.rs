use crate::registry::doctor::{Advice, AdvisedAuth};

/// Returns the table of the config that follows from the advice, in TOML; nothing if none is needed.
pub(super) fn table(registry: &str, advice: &Advice) -> Option<String> {
    if advice.is_empty() {
        return None;
    }
    let mut lines = vec![format!("[registries.{}]", quoted(registry))];
    lines.extend(advice.auth.map(|auth| format!("auth = {}", auth_of(auth))));
    if !advice.token_realms.is_empty() {
        let realms: Vec<String> = advice
            .token_realms
            .iter()
            .map(|realm| quoted(realm))
            .collect();
        lines.push(format!("token-realms = [{}]", realms.join(", ")));
    }
    if advice.ca_file {
        lines.push("ca-file = \"certs/ca.pem\" # the authority, or the certificate itself".into());
    }
    if advice.client_certificate {
        lines.push("client-cert = \"certs/client.pem\"".into());
        lines.push("client-key = \"certs/client.key\"".into());
    }
    if let Some(count) = advice.concurrency {
        lines.push(format!("concurrency = {count}"));
    }
    lines.extend(
        advice
            .plain_http
            .map(|plain| format!("plain-http = {plain}")),
    );
    Some(lines.join("\n") + "\n")
}

fn auth_of(auth: AdvisedAuth) -> String {
    match auth {
        AdvisedAuth::Anonymous => quoted("anonymous"),
        AdvisedAuth::AwsEcr => quoted("aws-ecr"),
        AdvisedAuth::Google => quoted("google"),
        AdvisedAuth::Azure => quoted("azure"),
        AdvisedAuth::Environment { variable } => {
            format!("{{ env = {}, username = \"USERNAME\" }}", quoted(variable))
        }
    }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.into()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{self, Format, SourceFile};

    #[test]
    fn what_is_advised_is_a_table_of_a_config() {
        let all = Advice {
            auth: Some(AdvisedAuth::Environment {
                variable: "DEPLOY_TOKEN",
            }),
            token_realms: vec!["gitlab.example.com:8443".into()],
            plain_http: Some(true),
            concurrency: Some(2),
            ..Advice::default()
        };
        let with_tls = Advice {
            ca_file: true,
            client_certificate: true,
            ..Advice::default()
        };
        let auths = [
            AdvisedAuth::Anonymous,
            AdvisedAuth::AwsEcr,
            AdvisedAuth::Google,
            AdvisedAuth::Azure,
        ];
        let others = auths.map(|auth| Advice {
            auth: Some(auth),
            ..Advice::default()
        });
        for advice in [&[all, with_tls], &others[..]].concat() {
            let table = table("registry.example.com:5000", &advice).unwrap();
            let text = format!("version = 1\n{table}\n[images]\n");
            let source = SourceFile::new("images.toml", &text, Format::Toml);
            let config = config::parse(&source)
                .unwrap_or_else(|problems| panic!("{}", problems[0].render(false)));
            let settings = &config.registries["registry.example.com:5000"];
            assert_eq!(settings.auth.is_some(), advice.auth.is_some());
            assert_eq!(settings.token_realms, advice.token_realms);
            assert_eq!(settings.concurrency, advice.concurrency);
            assert_eq!(settings.plain_http, advice.plain_http);
            assert_eq!(settings.ca_file.is_some(), advice.ca_file);
            assert_eq!(settings.client_key.is_some(), advice.client_certificate);
        }
        assert_eq!(table("ghcr.io", &Advice::default()), None);
    }
}
