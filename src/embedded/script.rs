use http::header::CONTENT_LENGTH;
use http::{HeaderValue, StatusCode};

use super::answer::{Answer, AnswerContent};
use super::behaviour::{Alteration, Behaviour, Wait};
use super::operation::ApiRoute;
use super::paging::Paging;
use super::pulls::PullLimit;
use super::store::Store;

/// The behaviours that one request meets.
#[derive(Debug, Default)]
pub(super) struct Script {
    behaviours: Vec<Behaviour>,
}

impl Script {
    /// Takes the behaviours for a request, in the order they were added.
    ///
    /// One that replaces the answer ends the search, so that those after it have their turn later. The
    /// registry's own manners come first, unless the answer is replaced.
    pub(super) fn take(
        manners: &mut [Behaviour],
        all: &mut [Behaviour],
        route: &ApiRoute,
        store: &Store,
    ) -> Self {
        let taken = Self::taken(all, route, store);
        if taken.behaviours.iter().any(Behaviour::replaces) {
            return taken;
        }
        let mut script = Self::taken(manners, route, store);
        script.behaviours.extend(taken.behaviours);
        script
    }

    fn taken(all: &mut [Behaviour], route: &ApiRoute, store: &Store) -> Self {
        let mut behaviours = Vec::new();
        for behaviour in all {
            if behaviour.take(route, store) {
                behaviours.push(behaviour.clone());
                if behaviour.replaces() {
                    break;
                }
            }
        }
        Self { behaviours }
    }

    /// Creates a script of one behaviour.
    pub(super) fn of(behaviour: Behaviour) -> Self {
        Self {
            behaviours: vec![behaviour],
        }
    }

    pub(super) async fn wait(&self) {
        for wait in self.behaviours.iter().filter_map(|b| b.wait.as_ref()) {
            match wait {
                Wait::At(gate) => gate.pass().await,
                Wait::Forever => std::future::pending().await,
            }
        }
    }

    pub(super) fn hangs_up(&self) -> bool {
        self.behaviours.iter().any(|behaviour| behaviour.hang_up)
    }

    /// Returns how lists are divided, as all behaviours together say.
    pub(super) fn paging(&self) -> Paging {
        let all = self.behaviours.iter().filter_map(|b| b.paging.as_ref());
        all.fold(Paging::default(), Paging::and)
    }

    pub(super) fn pull_limit(&self) -> Option<PullLimit> {
        self.behaviours.iter().find_map(|b| b.pull_limit)
    }

    pub(super) fn ignores(&self, field: &str) -> bool {
        let mut ignored = self.behaviours.iter().flat_map(|b| &b.ignored);
        ignored.any(|name| name == field)
    }

    /// Returns the answer that takes the place of the normal one.
    pub(super) fn replacement(&self) -> Option<Answer> {
        self.behaviours
            .iter()
            .find_map(|behaviour| behaviour.status)
            .map(usual)
    }

    /// Changes an answer as the behaviours say.
    pub(super) fn change(&self, mut answer: Answer, address: &str, path: &str) -> Answer {
        for behaviour in &self.behaviours {
            match &behaviour.content {
                None => {}
                Some(Alteration::AnswerBody(bytes)) => {
                    answer.content = AnswerContent::Whole(bytes.clone());
                }
                Some(Alteration::Cut(sent)) => {
                    answer.content = AnswerContent::Cut(answer.bytes(), *sent);
                }
                Some(Alteration::Stalled(sent)) => {
                    answer.content = AnswerContent::Stalled(answer.bytes(), *sent);
                }
                Some(Alteration::Oversized(bytes)) => {
                    answer.headers.remove(CONTENT_LENGTH);
                    answer.content = AnswerContent::Oversized(*bytes);
                }
            }
            for (name, value) in &behaviour.headers {
                answer.headers.remove(name);
                let value = value.as_ref().map(|value| {
                    let value = value
                        .replace("{address}", address)
                        .replace("{bare path}", path.split('?').next().unwrap_or_default())
                        .replace("{path}", path);
                    HeaderValue::from_bytes(value.as_bytes())
                });
                if let Some(Ok(value)) = value {
                    answer.headers.insert(name, value);
                }
            }
        }
        answer
    }
}

/// Returns the usual answer of a registry with this status.
fn usual(status: StatusCode) -> Answer {
    let (code, message) = match status.as_u16() {
        401 => ("UNAUTHORIZED", "authentication required"),
        403 => ("DENIED", "requested access to the resource is denied"),
        404 => ("NAME_UNKNOWN", "repository name not known to registry"),
        405 => ("UNSUPPORTED", "the operation is unsupported"),
        429 => ("TOOMANYREQUESTS", "too many requests"),
        400..=499 => ("UNKNOWN", "the request is refused"),
        500.. => ("UNKNOWN", "unknown error"),
        _ => return Answer::new(status),
    };
    Answer::error(status, code, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embedded::Operation;
    use http::header::LOCATION;

    fn tags(repository: &str) -> ApiRoute {
        ApiRoute {
            operation: Operation::Tags,
            repository: repository.to_owned(),
            reference: String::new(),
            interface: None,
        }
    }

    fn statuses(all: &mut [Behaviour], routes: &[ApiRoute]) -> Vec<Option<u16>> {
        let one = |route| {
            let answer = Script::take(&mut [], all, route, &Store::new()).replacement();
            answer.map(|answer| answer.status.as_u16())
        };
        routes.iter().map(one).collect()
    }

    #[test]
    fn behaviours_follow_each_other_and_end() {
        let mut all = [
            Behaviour::on(Operation::Tags).times(2).status(429),
            Behaviour::on(Operation::Tags).times(1).status(503),
        ];
        let routes = [tags("a"), tags("a"), tags("a"), tags("a")];
        let expected = [Some(429), Some(429), Some(503), None];
        assert_eq!(statuses(&mut all, &routes), expected);
    }

    #[test]
    fn other_repositories_and_the_first_requests_are_spared() {
        let mut all = [Behaviour::always().repository("b").after(1).status(500)];
        let routes = [tags("a"), tags("b"), tags("a"), tags("b")];
        assert_eq!(statuses(&mut all, &routes), [None, None, None, Some(500)]);
    }

    #[test]
    fn placeholders_are_filled_in() {
        let mut all = [Behaviour::always().redirect("http://{address}/x{path}")];
        let script = Script::take(&mut [], &mut all, &tags("a"), &Store::new());
        let answer = script.replacement().unwrap();
        let answer = script.change(answer, "127.0.0.1:5", "/v2/?n=1");
        assert_eq!(answer.headers[LOCATION], "http://127.0.0.1:5/x/v2/?n=1");
    }
}
