# Proves that Temporal serves, not only that its port is open, and that the app's namespace is there. Safe to run again.
# Run by sh -eu; TEMPORAL_ADDRESS, NAMESPACE and RETENTION_DAYS say what.
deadline=$(($(date +%s) + 90))

# attempt COMMAND...: until it works, or the time is over; then the last answer is told.
attempt() {
  until answer=$("$@" 2>&1); do
    if [ "$(date +%s)" -ge "$deadline" ]; then
      printf 'In 90 s this never worked: %s\n%s\n' "$*" "$answer" >&2
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
# A namespace that was just made is known to every part of the server a moment later.
attempt temporal workflow list --namespace "$NAMESPACE" --limit 1
echo "Temporal serves the namespace $NAMESPACE"
