use std::sync::{Mutex, MutexGuard, PoisonError};

use http::HeaderValue;

use super::authority::{Authority, Demand, Proof};
use crate::registry::transport::call::sensitive;
use crate::registry::transport::exchange::Exchange;
use crate::registry::transport::proving::{Fetching, Proving};
use crate::registry::trouble::Trouble;

/// Gets a token for one request once that is about to be sent, and another if the token expires before.
pub(in crate::registry) struct Prover<'p> {
    authority: &'p Authority,
    exchange: &'p Exchange,
    demand: &'p Demand<'p>,
    proof: Mutex<Option<Proof>>,
}

impl<'p> Prover<'p> {
    pub(in crate::registry) fn new(
        authority: &'p Authority,
        exchange: &'p Exchange,
        demand: &'p Demand<'p>,
    ) -> Self {
        Self {
            authority,
            exchange,
            demand,
            proof: Mutex::default(),
        }
    }

    fn proof(&self) -> MutexGuard<'_, Option<Proof>> {
        self.proof.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the proof that was sent; an empty one if the request never was.
    pub(in crate::registry) fn into_proof(self) -> Proof {
        let proof = self.proof.into_inner();
        let proof = proof.unwrap_or_else(PoisonError::into_inner);
        proof.unwrap_or_else(|| Proof::bare(None))
    }
}

impl Proving for Prover<'_> {
    fn header(&self) -> Option<Result<HeaderValue, Trouble>> {
        let proof = self.proof();
        let proof = proof.as_ref()?;
        let is_good = proof.token.as_ref().is_none_or(|token| token.is_fresh());
        let header = proof.header.as_ref().filter(|_| is_good)?;
        Some(sensitive(header))
    }

    fn fetch(&self) -> Fetching<'_> {
        Box::pin(async {
            // Others may wait for what becomes of its share.
            drop(self.proof().take());
            let proof = self.authority.prove_by_token(self.exchange, self.demand);
            let proof = proof.await?;
            *self.proof() = Some(proof);
            Ok(())
        })
    }
}
