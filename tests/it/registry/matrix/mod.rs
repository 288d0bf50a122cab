//! Every source of credentials, with every scheme, in every way in which they can fail.

mod cases;
mod demanded;
mod given;
mod run;
