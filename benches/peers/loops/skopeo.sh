#!/usr/bin/env bash
# One repository with skopeo: HOST CHOOSER REPOSITORY
# TLS if there is an authority to check it by.
set -euo pipefail
verify=--tls-verify=false
[[ -z ${SSL_CERT_FILE:-} ]] || verify=--tls-verify=true
image=docker://$1/$3
tag=$(skopeo list-tags "$verify" "$image" | python3 -S -E "$2")
digest=$(skopeo inspect --raw "$verify" "$image:$tag" | sha256sum | cut -d ' ' -f 1)
echo "$3 $tag sha256:$digest"
