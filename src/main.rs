fn main() -> std::process::ExitCode {
    kopswain::cli::main()
}
