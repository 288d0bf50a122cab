#!/usr/bin/env bash
# One repository with skopeo: HOST CHOOSER REPOSITORY
set -euo pipefail
image=docker://$1/$3
tag=$(skopeo list-tags --tls-verify=false "$image" | python3 -S -E "$2")
digest=$(skopeo inspect --raw --tls-verify=false "$image:$tag" | sha256sum | cut -d ' ' -f 1)
echo "$3 $tag sha256:$digest"
