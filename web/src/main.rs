//! Starts the page.

/// Half the code of the allocator that std has for this target, and no slower.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static MEMORY: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

fn main() {
    #[cfg(target_arch = "wasm32")]
    raft_web::ui::start();
}
