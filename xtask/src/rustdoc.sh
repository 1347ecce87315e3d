#!/bin/sh
# Runs rustdoc with unstable options enabled.
RUSTC_BOOTSTRAP=1 exec rustdoc "$@"
