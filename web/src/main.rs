//! Starts the page.

fn main() {
    #[cfg(target_arch = "wasm32")]
    raft_web::ui::start();
}
