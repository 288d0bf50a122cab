#!/usr/bin/env bash
# One repository with curl: HOST CHOOSER REPOSITORY
# Without TLS and tokens; asks again where it is told to wait.
set -euo pipefail
url=http://$1/v2/$3
tag=$(curl -fsS --retry 10 "$url/tags/list" | python3 -S -E "$2")
accept='application/vnd.oci.image.index.v1+json'
digest=$(curl -fsS --retry 10 -I -H "Accept: $accept" "$url/manifests/$tag" | tr -d '\r' | sed -n 's/^docker-content-digest: //Ip')
echo "$3 $tag $digest"
