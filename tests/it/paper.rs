//! One test for each sentence of §5.1–§5.5, §6, §7 and §8 of the paper, of Figure 2, and of the
//! thesis where it goes further, that a test can hold;
//! the name of the test is the sentence, shortened.

mod bench;
mod broken;
mod clients;
mod durability;
mod elections;
mod joining;
mod membership;
mod leases;
mod notes;
mod reads;
mod replication;
mod safety;
mod snapshots;
mod streams;
mod terms;
mod touch;
mod transfers;
