mod files;
mod item_names;
mod items;
mod laws;
mod municipality;
mod rows;
mod truth;
mod world;
