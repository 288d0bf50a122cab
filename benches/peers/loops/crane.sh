#!/usr/bin/env bash
# One repository with crane: HOST CHOOSER REPOSITORY
set -euo pipefail
tag=$(crane ls --insecure "$1/$3" | python3 -S -E "$2")
echo "$3 $tag $(crane digest --insecure "$1/$3:$tag")"
