#!/usr/bin/env bash
# Writes deploy/images.env: each image that docker-compose.yml and the Dockerfile name by a tag, with the digest that the registry has
# for it now. Changes nothing where one digest cannot be had.
set -euo pipefail
cd "$(dirname "$0")"

beside="$(mktemp images.env.XXXXXX)"
trap 'rm -f "$beside"' EXIT
{
  echo "# Made by deploy/pin-images.sh on $(date -u +%Y-%m-%d): docker compose --env-file deploy/images.env up -d"
  { grep -ohE '\$\{[A-Z]+_IMAGE:-[^}]+\}' ../docker-compose.yml || true; } | sort -u | tr -d '${}' | while IFS= read -r named; do
    variable="${named%%:-*}" image="${named#*:-}"
    digest="$(docker buildx imagetools inspect "$image" --format '{{.Manifest.Digest}}')"
    if [[ ! "$digest" =~ ^sha256:[0-9a-f]{64}$ ]]; then
      echo "no digest of $image: got '$digest'" >&2
      exit 1
    fi
    echo "$variable=$image@$digest"
  done
} >"$beside"
chmod 0644 "$beside"
mv "$beside" images.env
echo "made  deploy/images.env"
