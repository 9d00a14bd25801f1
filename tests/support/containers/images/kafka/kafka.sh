#!/bin/sh
# The broker, and the two commands that docker-compose.yml uses, each by its name.
set -eu
run() {
  # shellcheck disable=SC2086 # The options are several words.
  exec /usr/lib/jvm/java-17-openjdk-*/bin/java ${KAFKA_HEAP_OPTS:-} -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
    -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -cp '/opt/kafka/libs/*' "$@"
}
case "$0" in
*kafka-topics.sh) run org.apache.kafka.tools.TopicCommand "$@" ;;
*kafka-broker-api-versions.sh) run org.apache.kafka.tools.BrokerApiVersionsCommand "$@" ;;
esac
config=/opt/kafka/config/server.properties
# KAFKA_NODE_ID is node.id, and so on, as in the image.
env | sed -n 's/^KAFKA_\([A-Z_]*\)=/\1 /p' | while read -r name value; do
  printf '%s=%s\n' "$(printf %s "$name" | tr 'A-Z_' 'a-z.')" "$value"
done >"$config"
(run kafka.tools.StorageTool format --ignore-formatted --cluster-id="$CLUSTER_ID" -c "$config")
run kafka.Kafka "$config"
