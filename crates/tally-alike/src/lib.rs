//! Empty on purpose: its manifest asks libraries for the same features in every build, so that one build of DataFusion
//! serves a room alone and the whole program. Never holds code.
