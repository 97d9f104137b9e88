global using AiTelemetry.Usage;
