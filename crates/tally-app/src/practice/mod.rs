//! How the programme works day to day: its processes, topic by topic, and the activities that it asks teams for. Counts are
//! those of the metrics; nobody is counted by name.

mod activity;
mod assign;
mod process;

pub use activity::{Activities, Overdue, Rate, activities};
pub use assign::{Assign, Assigned, assign};
pub use process::{Processes, REQUIRED, Standing, Topic, processes};
