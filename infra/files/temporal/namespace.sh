# Waits until Temporal serves requests, which an open port does not prove, and creates the app's namespace. Idempotent.
# Runs with sh -eu. Input: TEMPORAL_ADDRESS, NAMESPACE, RETENTION_DAYS.
deadline=$(($(date +%s) + 90))

# attempt COMMAND...: repeats the command until it succeeds, or prints its last output at the deadline.
attempt() {
  until output=$("$@" 2>&1); do
    if [ "$(date +%s)" -ge "$deadline" ]; then
      printf 'Failed for 90 s: %s\n%s\n' "$*" "$output" >&2
      exit 1
    fi
    sleep 0.2
  done
}

ensure_namespace() {
  temporal operator namespace describe --namespace "$NAMESPACE" ||
    temporal operator namespace create --namespace "$NAMESPACE" --retention "${RETENTION_DAYS}d"
}

attempt temporal operator cluster health
attempt ensure_namespace
# A new namespace takes a moment to reach every part of the server.
attempt temporal workflow list --namespace "$NAMESPACE" --limit 1
echo "Temporal serves the namespace $NAMESPACE"
