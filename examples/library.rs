//! The library by itself: lists the tags of a repository, lets a policy choose, and pins the choice.
//!
//! `cargo run --no-default-features --example library -- nginx '^1.27'`

use std::error::Error;

use imagelock::image::{Reference, Repository};
use imagelock::policy::{Candidates, Policy};
use imagelock::registry::{Client, Target};
use imagelock::version::Constraint;

/// Returns what the policy chooses, with the digest that it has now; nothing if no tag fits.
pub(crate) async fn pin(
    repository: &str,
    constraint: &str,
) -> Result<Option<Reference>, Box<dyn Error>> {
    let repository = Repository::parse(repository)?;
    let policy = Policy::semver(Constraint::parse(constraint)?);
    let client = Client::builder().build()?;
    let tags = client.tags(&repository).await?;
    let Some(tag) = policy.choose(&Candidates::of(&tags)).cloned() else {
        return Ok(None);
    };
    let digest = client.head(&repository, &Target::Tag(tag.clone())).await?;
    Ok(Some(Reference::new(repository, Some(tag), Some(digest))))
}

#[expect(clippy::print_stdout, reason = "a program prints")]
fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let repository = arguments.next().unwrap_or_else(|| "nginx".into());
    let constraint = arguments.next().unwrap_or_else(|| "*".into());
    let pinned = tokio::runtime::Runtime::new()?.block_on(pin(&repository, &constraint))?;
    println!(
        "{}",
        pinned.map_or("no tag fits".into(), |pin| pin.to_string())
    );
    Ok(())
}
