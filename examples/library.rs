//! The library by itself: which tag of a repository a policy chooses, and what it points at.
//!
//! `cargo run --no-default-features --example library -- nginx '^1.27'`

#![expect(clippy::print_stdout, reason = "a program prints")]

use std::error::Error;

use imagelock::image::{Document, Repository};
use imagelock::policy::{Policy, Question};
use imagelock::registry::{Client, Target};
use imagelock::version::Constraint;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let repository = arguments.next().unwrap_or_else(|| "nginx".into());
    let constraint = arguments.next().unwrap_or_else(|| "*".into());
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(show(
        &Repository::parse(&repository)?,
        Constraint::parse(&constraint)?,
    ))
}

async fn show(repository: &Repository, constraint: Constraint) -> Result<(), Box<dyn Error>> {
    let client = Client::builder().build()?;
    let tags = client.tags(repository).await?;

    let policy = Policy::semver(constraint);
    let Some(tag) = policy.choose(&Question::of(&tags)) else {
        println!("none of {} tags fits", tags.len());
        return Ok(());
    };

    let manifest = client
        .manifest(repository, &Target::Tag(tag.clone()))
        .await?;
    println!("{repository}:{tag}@{}", manifest.digest);
    if let Document::Index(index) = manifest.document()? {
        for (platform, digest) in index.platforms() {
            println!("  {platform} {digest}");
        }
    }
    Ok(())
}
