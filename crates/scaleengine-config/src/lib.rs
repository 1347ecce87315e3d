//! Profiles: accounts and settings from files, the environment and helper commands.
