mod files;
mod items;
mod laws;
mod municipality;
mod rows;
mod truth;
mod world;
