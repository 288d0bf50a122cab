#!/usr/bin/env bash
# One repository with crane: HOST CHOOSER REPOSITORY
# TLS if there is an authority to check it by.
set -euo pipefail
options=(--insecure)
[[ -z ${SSL_CERT_FILE:-} ]] || options=()
tag=$(crane ls "${options[@]}" "$1/$3" | python3 -S -E "$2")
echo "$3 $tag $(crane digest "${options[@]}" "$1/$3:$tag")"
