mod files;
mod truth;
