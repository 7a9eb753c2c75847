// SPDX-License-Identifier: MIT

// A collector for the tests: the OpenTelemetry Collector's own service and OTLP receiver, and an
// exporter that prints each batch of spans it was given as one line of OTLP/JSON.
//
//	collector <port of 127.0.0.1>
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/provider/yamlprovider"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/otelcol"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/otlpreceiver"
	"go.opentelemetry.io/collector/service/telemetry/otelconftelemetry"
)

const config = `yaml:
receivers:
  otlp:
    protocols:
      http: {endpoint: "127.0.0.1:%s"}
exporters:
  lines:
service:
  telemetry:
    logs: {level: info, output_paths: [stderr]}
    metrics: {level: none}
  pipelines:
    traces: {receivers: [otlp], exporters: [lines]}
`

var lines = component.MustNewType("lines")

// printer writes what arrives to standard output; batches may come at the same time.
type printer struct {
	component.StartFunc
	component.ShutdownFunc
	mutex sync.Mutex
}

func (*printer) Capabilities() consumer.Capabilities { return consumer.Capabilities{} }

func (p *printer) ConsumeTraces(_ context.Context, traces ptrace.Traces) error {
	text, err := (&ptrace.JSONMarshaler{}).MarshalTraces(traces)
	if err != nil {
		return err
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	_, err = fmt.Printf("%s\n", text)
	return err
}

func factories() (otelcol.Factories, error) {
	print := exporter.NewFactory(lines,
		func() component.Config { return &struct{}{} },
		exporter.WithTraces(
			func(context.Context, exporter.Settings, component.Config) (exporter.Traces, error) {
				return &printer{}, nil
			}, component.StabilityLevelStable))
	receive := otlpreceiver.NewFactory()
	return otelcol.Factories{
		Receivers: map[component.Type]receiver.Factory{receive.Type(): receive},
		Exporters: map[component.Type]exporter.Factory{lines: print},
		Telemetry: otelconftelemetry.NewFactory(),
	}, nil
}

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: collector <port>")
	}
	collector, err := otelcol.NewCollector(otelcol.CollectorSettings{
		BuildInfo: component.BuildInfo{Command: "collector", Version: "test"},
		Factories: factories,
		ConfigProviderSettings: otelcol.ConfigProviderSettings{
			ResolverSettings: confmap.ResolverSettings{
				URIs:              []string{fmt.Sprintf(config, os.Args[1])},
				ProviderFactories: []confmap.ProviderFactory{yamlprovider.NewFactory()},
			},
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	if err := collector.Run(context.Background()); err != nil {
		log.Fatal(err)
	}
}
