//! The `imagelock` command.

fn main() -> std::process::ExitCode {
    imagelock::cli::main()
}
