//! The signs on the buttons.

use leptos::prelude::*;

/// Play.
#[component]
pub fn PlayIcon() -> impl IntoView {
    view! { <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M4 2.2v11.6a.6.6 0 0 0 .9.5l9.4-5.8a.6.6 0 0 0 0-1L4.9 1.7a.6.6 0 0 0-.9.5z"/></svg> }
}

/// Pause.
#[component]
pub fn PauseIcon() -> impl IntoView {
    view! { <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M3.5 2h3v12h-3zM9.5 2h3v12h-3z"/></svg> }
}

/// One step back.
#[component]
pub fn BackIcon() -> impl IntoView {
    view! { <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M12.5 2v12h-2V2zM8.5 2.9v10.2L1.5 8z"/></svg> }
}

/// One step forward.
#[component]
pub fn ForwardIcon() -> impl IntoView {
    view! { <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M3.5 2v12h2V2zM7.5 2.9v10.2l7-5.1z"/></svg> }
}

/// Close.
#[component]
pub fn CloseIcon() -> impl IntoView {
    view! {
        <svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true">
            <path d="M2.5 2.5l11 11m0-11l-11 11" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round"/>
        </svg>
    }
}
