<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en">
<context>
    <name>AttentionList</name>
    <message>
        <source>All quiet.</source>
        <translation>Alles ruhig.</translation>
    </message>
    <message>
        <source>Error: %1</source>
        <translation>Fehler: %1</translation>
    </message>
    <message>
        <source>Warning: %1</source>
        <translation>Warnung: %1</translation>
    </message>
    <message>
        <source>and %1 more</source>
        <translation>und %1 weitere</translation>
    </message>
</context>
<context>
    <name>BackendDetails</name>
    <message>
        <source>Enable</source>
        <translation>Einschalten</translation>
    </message>
    <message>
        <source>Drain</source>
        <translation>Auslaufen lassen</translation>
    </message>
    <message>
        <source>Send requests there again</source>
        <translation>Wieder Anfragen dorthin schicken</translation>
    </message>
    <message>
        <source>Send no new request there; those in flight end by themselves</source>
        <translation>Keine neuen Anfragen dorthin schicken; laufende enden von selbst</translation>
    </message>
    <message>
        <source>Probe now</source>
        <translation>Jetzt prüfen</translation>
    </message>
    <message>
        <source>Ask the backend now whether it is healthy</source>
        <translation>Das Backend jetzt fragen, ob es gesund ist</translation>
    </message>
    <message>
        <source>Explain</source>
        <translation>Erklären</translation>
    </message>
    <message>
        <source>Would a request for its model go there, and why?</source>
        <translation>Ginge eine Anfrage nach seinem Modell dorthin, und warum?</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Bearbeiten</translation>
    </message>
    <message>
        <source>Show it in the configuration</source>
        <translation>In der Konfiguration zeigen</translation>
    </message>
    <message>
        <source>Reset weight</source>
        <translation>Gewicht zurücksetzen</translation>
    </message>
    <message>
        <source>Take the weight of the configuration: %1</source>
        <translation>Das Gewicht der Konfiguration nehmen: %1</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Provider</source>
        <translation>Anbieter</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>Schlagwörter</translation>
    </message>
    <message>
        <source>In flight</source>
        <translation>Laufend</translation>
    </message>
    <message>
        <source>%1 of %2, %3 waiting</source>
        <translation>%1 von %2, %3 wartend</translation>
    </message>
    <message>
        <source>First token, p95</source>
        <translation>Erstes Token, p95</translation>
    </message>
    <message>
        <source>Health</source>
        <translation>Gesundheit</translation>
    </message>
    <message>
        <source>Last probe</source>
        <translation>Letzte Prüfung</translation>
    </message>
    <message>
        <source>not probed yet</source>
        <translation>noch nicht geprüft</translation>
    </message>
    <message>
        <source>Failures in a row</source>
        <translation>Fehlschläge in Folge</translation>
    </message>
    <message>
        <source>Keys refused</source>
        <translation>Abgelehnte Schlüssel</translation>
    </message>
    <message>
        <source>Credential</source>
        <translation>Zugangsdaten</translation>
    </message>
    <message>
        <source>valid for %1</source>
        <translation>gültig für %1</translation>
    </message>
    <message>
        <source>Telemetry</source>
        <translation>Telemetrie</translation>
    </message>
    <message>
        <source>Stream defects</source>
        <translation>Stream-Mängel</translation>
    </message>
    <message>
        <source>Breakers</source>
        <translation>Schutzschalter</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Offen</translation>
    </message>
    <message>
        <source>Testing</source>
        <translation>Im Versuch</translation>
    </message>
    <message>
        <source>Closed</source>
        <translation>Geschlossen</translation>
    </message>
    <message>
        <source>again in %1</source>
        <translation>wieder in %1</translation>
    </message>
    <message>
        <source>Settings and where they stand</source>
        <translation>Einstellungen und wo sie stehen</translation>
    </message>
    <message>
        <source>changed here</source>
        <translation>hier geändert</translation>
    </message>
    <message>
        <source>default</source>
        <translation>Vorgabe</translation>
    </message>
    <message>
        <source>Explanation</source>
        <translation>Erklärung</translation>
    </message>
</context>
<context>
    <name>BackendStrip</name>
    <message>
        <source>No backend is configured.</source>
        <translation>Es ist kein Backend eingerichtet.</translation>
    </message>
    <message>
        <source>%1, %2, %3 in flight</source>
        <translation>%1, %2, %3 laufend</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
</context>
<context>
    <name>BackendsPage</name>
    <message>
        <source>Backends</source>
        <translation>Backends</translation>
    </message>
    <message>
        <source>%1 in all, chosen by %2</source>
        <translation>%1 insgesamt, gewählt nach %2</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Hinzufügen</translation>
    </message>
    <message>
        <source>Look for engines, or add one by its address</source>
        <translation>Nach Engines suchen oder eine über ihre Adresse hinzufügen</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Provider and model</source>
        <translation>Anbieter und Modell</translation>
    </message>
    <message>
        <source>In flight</source>
        <translation>Laufend</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>Latency</source>
        <translation>Latenz</translation>
    </message>
    <message>
        <source>Queue · KV</source>
        <translation>Schlange · KV</translation>
    </message>
    <message>
        <source>Weight · share</source>
        <translation>Gewicht · Anteil</translation>
    </message>
    <message>
        <source>Errors</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Defects</source>
        <translation>Mängel</translation>
    </message>
    <message>
        <source>tok/s</source>
        <translation>Tok/s</translation>
    </message>
    <message>
        <source>Asking the gateway…</source>
        <translation>Das Gateway wird gefragt…</translation>
    </message>
    <message>
        <source>No backend is configured</source>
        <translation>Es ist kein Backend eingerichtet</translation>
    </message>
    <message>
        <source>A backend is an engine on this computer or a provider&apos;s API that answers requests.</source>
        <translation>Ein Backend ist eine Engine auf diesem Rechner oder die API eines Anbieters, die Anfragen beantwortet.</translation>
    </message>
    <message>
        <source>Look for engines</source>
        <translation>Nach Engines suchen</translation>
    </message>
    <message>
        <source>Enable</source>
        <translation>Einschalten</translation>
    </message>
    <message>
        <source>Drain</source>
        <translation>Auslaufen lassen</translation>
    </message>
    <message>
        <source>Probe now</source>
        <translation>Jetzt prüfen</translation>
    </message>
    <message>
        <source>Explain</source>
        <translation>Erklären</translation>
    </message>
    <message>
        <source>Requests</source>
        <translation>Anfragen</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Bearbeiten</translation>
    </message>
</context>
<context>
    <name>CodeEditor</name>
    <message>
        <source>Line %1: %2</source>
        <translation>Zeile %1: %2</translation>
    </message>
</context>
<context>
    <name>CopyLine</name>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
</context>
<context>
    <name>Facts</name>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
</context>
<context>
    <name>FirstStartPage</name>
    <message>
        <source>Start</source>
        <translation>Start</translation>
    </message>
    <message>
        <source>Looking for engines on this computer…</source>
        <translation>Suche nach Engines auf diesem Rechner…</translation>
    </message>
    <message>
        <source>Engines found on this computer: %1</source>
        <translation>Auf diesem Rechner gefundene Engines: %1</translation>
    </message>
    <message>
        <source>No engine found on this computer</source>
        <translation>Keine Engine auf diesem Rechner gefunden</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>Suche läuft…</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Erneut suchen</translation>
    </message>
    <message>
        <source>Go to the overview</source>
        <translation>Zur Übersicht</translation>
    </message>
    <message>
        <source>Places looked at</source>
        <translation>Durchsuchte Orte</translation>
    </message>
    <message>
        <source>Add all</source>
        <translation>Alle hinzufügen</translation>
    </message>
    <message>
        <source>Added</source>
        <translation>Hinzugefügt</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Hinzufügen</translation>
    </message>
    <message>
        <source>Add %1</source>
        <translation>%1 hinzufügen</translation>
    </message>
    <message>
        <source>Something else</source>
        <translation>Etwas anderes</translation>
    </message>
    <message>
        <source>Address of an engine: http://10.0.0.7:8000</source>
        <translation>Adresse einer Engine: http://10.0.0.7:8000</translation>
    </message>
    <message>
        <source>Address of an engine</source>
        <translation>Adresse einer Engine</translation>
    </message>
    <message>
        <source>Look there</source>
        <translation>Dort suchen</translation>
    </message>
    <message>
        <source>Ask this address what it serves; nothing but this computer is contacted otherwise</source>
        <translation>Diese Adresse fragen, was sie anbietet; sonst wird nur dieser Rechner angesprochen</translation>
    </message>
    <message>
        <source>Provider</source>
        <translation>Anbieter</translation>
    </message>
    <message>
        <source>Add with a key</source>
        <translation>Mit Schlüssel hinzufügen</translation>
    </message>
    <message>
        <source>Uses the key of this name on the page Keys, else the provider&apos;s usual environment variable</source>
        <translation>Nimmt den Schlüssel dieses Namens von der Seite Schlüssel, sonst die übliche Umgebungsvariable des Anbieters</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Nothing at hand? A simulated backend answers with made-up text.</source>
        <translation>Nichts zur Hand? Ein simuliertes Backend antwortet mit erfundenem Text.</translation>
    </message>
    <message>
        <source>Add the simulated backend</source>
        <translation>Simuliertes Backend hinzufügen</translation>
    </message>
    <message>
        <source>Your endpoint works</source>
        <translation>Ihr Endpunkt arbeitet</translation>
    </message>
    <message>
        <source>Your endpoint</source>
        <translation>Ihr Endpunkt</translation>
    </message>
    <message>
        <source>Point any OpenAI, Anthropic, Gemini or Ollama client at this address.</source>
        <translation>Richten Sie einen beliebigen Client für OpenAI, Anthropic, Gemini oder Ollama auf diese Adresse.</translation>
    </message>
    <message>
        <source>Add one engine, and this address answers.</source>
        <translation>Fügen Sie eine Engine hinzu, dann antwortet diese Adresse.</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>curl line</source>
        <translation>curl-Zeile</translation>
    </message>
    <message>
        <source>Say something</source>
        <translation>Etwas sagen</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Senden</translation>
    </message>
</context>
<context>
    <name>Format</name>
    <message>
        <source>now</source>
        <translation>jetzt</translation>
    </message>
    <message>
        <source>%1 s ago</source>
        <translation>vor %1 s</translation>
    </message>
    <message>
        <source>%1 min ago</source>
        <translation>vor %1 min</translation>
    </message>
    <message>
        <source>Healthy</source>
        <translation>Gesund</translation>
    </message>
    <message>
        <source>Unhealthy</source>
        <translation>Krank</translation>
    </message>
    <message>
        <source>Draining</source>
        <translation>Läuft aus</translation>
    </message>
    <message>
        <source>Drained</source>
        <translation>Ausgelaufen</translation>
    </message>
    <message>
        <source>Idle</source>
        <translation>Untätig</translation>
    </message>
    <message>
        <source>Breaker open</source>
        <translation>Schutzschalter offen</translation>
    </message>
    <message>
        <source>Breaker testing</source>
        <translation>Schutzschalter im Versuch</translation>
    </message>
    <message>
        <source>No traffic</source>
        <translation>Kein Verkehr</translation>
    </message>
    <message>
        <source>Looking</source>
        <translation>Suche</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>Gefunden</translation>
    </message>
    <message>
        <source>Nothing there</source>
        <translation>Nichts da</translation>
    </message>
    <message>
        <source>Needs a key</source>
        <translation>Braucht einen Schlüssel</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>chosen</source>
        <translation>gewählt</translation>
    </message>
    <message>
        <source>could have taken it</source>
        <translation>hätte sie nehmen können</translation>
    </message>
    <message>
        <source>serves other models</source>
        <translation>bietet andere Modelle an</translation>
    </message>
    <message>
        <source>belongs to another route</source>
        <translation>gehört zu einer anderen Route</translation>
    </message>
    <message>
        <source>cannot do what was asked</source>
        <translation>kann nicht, was verlangt wurde</translation>
    </message>
    <message>
        <source>is draining</source>
        <translation>läuft aus</translation>
    </message>
    <message>
        <source>is unhealthy</source>
        <translation>ist krank</translation>
    </message>
    <message>
        <source>its breaker is open</source>
        <translation>sein Schutzschalter ist offen</translation>
    </message>
</context>
<context>
    <name>HistoryChart</name>
    <message>
        <source>No data yet</source>
        <translation>Noch keine Daten</translation>
    </message>
    <message>
        <source>CSV</source>
        <translation>CSV</translation>
    </message>
    <message>
        <source>Save the values of this chart</source>
        <translation>Die Werte dieses Diagramms speichern</translation>
    </message>
    <message>
        <source>PNG</source>
        <translation>PNG</translation>
    </message>
    <message>
        <source>Save this chart as a picture</source>
        <translation>Dieses Diagramm als Bild speichern</translation>
    </message>
</context>
<context>
    <name>KeysPage</name>
    <message>
        <source>Keys</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Kept in the system&apos;s keychain</source>
        <translation>Im Schlüsselbund des Systems verwahrt</translation>
    </message>
    <message>
        <source>Looking for the system&apos;s keychain…</source>
        <translation>Suche nach dem Schlüsselbund des Systems…</translation>
    </message>
    <message>
        <source>There is no keychain here</source>
        <translation>Hier gibt es keinen Schlüsselbund</translation>
    </message>
    <message>
        <source>keychain</source>
        <translation>Schlüsselbund</translation>
    </message>
    <message>
        <source>environment</source>
        <translation>Umgebung</translation>
    </message>
    <message>
        <source>file</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>No keychain: keys stay in the environment or in a file</source>
        <translation>Kein Schlüsselbund: Schlüssel bleiben in der Umgebung oder in einer Datei</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Erneut suchen</translation>
    </message>
    <message>
        <source>Add a key</source>
        <translation>Schlüssel hinzufügen</translation>
    </message>
    <message>
        <source>Name, for example openai</source>
        <translation>Name, zum Beispiel openai</translation>
    </message>
    <message>
        <source>Provider</source>
        <translation>Anbieter</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Not kept without a keychain</source>
        <translation>Ohne Schlüsselbund nicht verwahrt</translation>
    </message>
    <message>
        <source>Hide</source>
        <translation>Verbergen</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Show what is typed</source>
        <translation>Zeigen, was eingegeben wird</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>A key is shown while you type it and never again. The configuration names it, for example keychain:openai.</source>
        <translation>Ein Schlüssel ist nur beim Eingeben zu sehen und danach nie wieder. Die Konfiguration nennt ihn, zum Beispiel keychain:openai.</translation>
    </message>
    <message>
        <source>Keys in use</source>
        <translation>Schlüssel in Gebrauch</translation>
    </message>
    <message>
        <source>No key yet</source>
        <translation>Noch kein Schlüssel</translation>
    </message>
    <message>
        <source>Engines on this computer need none; providers do.</source>
        <translation>Engines auf diesem Rechner brauchen keinen, Anbieter schon.</translation>
    </message>
    <message>
        <source>used %1</source>
        <translation>benutzt %1</translation>
    </message>
    <message>
        <source>not used yet</source>
        <translation>noch nicht benutzt</translation>
    </message>
    <message>
        <source>Testing…</source>
        <translation>Wird geprüft…</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Ask the provider for its list of models with this key</source>
        <translation>Den Anbieter mit diesem Schlüssel nach seiner Modellliste fragen</translation>
    </message>
    <message>
        <source>Really remove</source>
        <translation>Wirklich entfernen</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Remove it from the keychain</source>
        <translation>Aus dem Schlüsselbund entfernen</translation>
    </message>
    <message>
        <source>The key works</source>
        <translation>Der Schlüssel gilt</translation>
    </message>
</context>
<context>
    <name>Main</name>
    <message>
        <source>Overview</source>
        <translation>Übersicht</translation>
    </message>
    <message>
        <source>Backends</source>
        <translation>Backends</translation>
    </message>
    <message>
        <source>Requests</source>
        <translation>Anfragen</translation>
    </message>
    <message>
        <source>Routes</source>
        <translation>Routen</translation>
    </message>
    <message>
        <source>Playground</source>
        <translation>Spielwiese</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Meridian</source>
        <translation>Meridian</translation>
    </message>
    <message>
        <source>Pictures (*.png)</source>
        <translation>Bilder (*.png)</translation>
    </message>
    <message>
        <source>Text (*.csv *.json *.txt)</source>
        <translation>Text (*.csv *.json *.txt)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
</context>
<context>
    <name>OverviewPage</name>
    <message>
        <source>Overview</source>
        <translation>Übersicht</translation>
    </message>
    <message>
        <source>To look at: %1</source>
        <translation>Anzusehen: %1</translation>
    </message>
    <message>
        <source>Everything works</source>
        <translation>Alles arbeitet</translation>
    </message>
    <message>
        <source>Waiting for a healthy backend</source>
        <translation>Warten auf ein gesundes Backend</translation>
    </message>
    <message>
        <source>Range of the charts</source>
        <translation>Zeitraum der Diagramme</translation>
    </message>
    <message>
        <source>Last hour</source>
        <translation>Letzte Stunde</translation>
    </message>
    <message>
        <source>Last day</source>
        <translation>Letzter Tag</translation>
    </message>
    <message>
        <source>Requests per second</source>
        <translation>Anfragen pro Sekunde</translation>
    </message>
    <message>
        <source>Error rate</source>
        <translation>Fehlerquote</translation>
    </message>
    <message>
        <source>Latency, p50 / p95</source>
        <translation>Latenz, p50 / p95</translation>
    </message>
    <message>
        <source>Time to first token</source>
        <translation>Zeit bis zum ersten Token</translation>
    </message>
    <message>
        <source>Tokens per second</source>
        <translation>Token pro Sekunde</translation>
    </message>
    <message>
        <source>Tokens today</source>
        <translation>Token heute</translation>
    </message>
    <message>
        <source>%1 requests</source>
        <translation>%1 Anfragen</translation>
    </message>
    <message>
        <source>Requests by status</source>
        <translation>Anfragen nach Status</translation>
    </message>
    <message>
        <source>req/s</source>
        <translation>Anfr./s</translation>
    </message>
    <message>
        <source>2xx</source>
        <translation>2xx</translation>
    </message>
    <message>
        <source>4xx</source>
        <translation>4xx</translation>
    </message>
    <message>
        <source>5xx</source>
        <translation>5xx</translation>
    </message>
    <message>
        <source>Latency</source>
        <translation>Latenz</translation>
    </message>
    <message>
        <source>ms</source>
        <translation>ms</translation>
    </message>
    <message>
        <source>p50</source>
        <translation>p50</translation>
    </message>
    <message>
        <source>p95</source>
        <translation>p95</translation>
    </message>
    <message>
        <source>p99</source>
        <translation>p99</translation>
    </message>
    <message>
        <source>Backends</source>
        <translation>Backends</translation>
    </message>
    <message>
        <source>Needs a look</source>
        <translation>Bitte ansehen</translation>
    </message>
</context>
<context>
    <name>PlaygroundPage</name>
    <message>
        <source>Choose a model first</source>
        <translation>Wählen Sie zuerst ein Modell</translation>
    </message>
    <message>
        <source>There is no gateway to ask</source>
        <translation>Es gibt kein Gateway, das man fragen kann</translation>
    </message>
    <message>
        <source>An answer is still coming; Esc stops it</source>
        <translation>Eine Antwort kommt noch; Esc hält sie an</translation>
    </message>
    <message>
        <source>This is too long to send</source>
        <translation>Das ist zu lang zum Senden</translation>
    </message>
    <message>
        <source>Playground</source>
        <translation>Spielwiese</translation>
    </message>
    <message>
        <source>No model is served yet</source>
        <translation>Es wird noch kein Modell angeboten</translation>
    </message>
    <message>
        <source>Models to try: %1</source>
        <translation>Modelle zum Probieren: %1</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Leeren</translation>
    </message>
    <message>
        <source>Begin a new conversation</source>
        <translation>Ein neues Gespräch beginnen</translation>
    </message>
    <message>
        <source>System prompt (optional)</source>
        <translation>Systemprompt (freiwillig)</translation>
    </message>
    <message>
        <source>Message; Enter sends, Shift+Enter breaks the line</source>
        <translation>Nachricht; Enter sendet, Umschalt+Enter bricht die Zeile um</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Nachricht</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Senden</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Close the connection; what has come stays (Esc)</source>
        <translation>Die Verbindung schließen; was da ist, bleibt (Esc)</translation>
    </message>
</context>
<context>
    <name>PlaygroundPane</name>
    <message>
        <source>No model is served</source>
        <translation>Es wird kein Modell angeboten</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>Modell wählen</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>You</source>
        <translation>Sie</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>…</source>
        <translation>…</translation>
    </message>
    <message>
        <source>It goes through the gateway like any client&apos;s request. Nothing is stored.</source>
        <translation>Es geht durch das Gateway wie die Anfrage jedes Clients. Nichts wird gespeichert.</translation>
    </message>
    <message>
        <source>Ask something</source>
        <translation>Etwas fragen</translation>
    </message>
    <message>
        <source>first token</source>
        <translation>erstes Token</translation>
    </message>
    <message>
        <source>tok/s</source>
        <translation>Tok/s</translation>
    </message>
    <message>
        <source>tokens, estimated</source>
        <translation>Token, geschätzt</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>cost</source>
        <translation>Kosten</translation>
    </message>
    <message>
        <source>Show the request</source>
        <translation>Die Anfrage zeigen</translation>
    </message>
    <message>
        <source>%1 · %2 in, %3 out for a million tokens</source>
        <translation>%1 · %2 ein, %3 aus für eine Million Token</translation>
    </message>
</context>
<context>
    <name>ProblemList</name>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>and %1 more</source>
        <translation>und %1 weitere</translation>
    </message>
</context>
<context>
    <name>Rail</name>
    <message>
        <source>Pages</source>
        <translation>Seiten</translation>
    </message>
    <message>
        <source>%1, unsaved changes</source>
        <translation>%1, ungespeicherte Änderungen</translation>
    </message>
    <message>
        <source>%1, %2 to look at</source>
        <translation>%1, %2 anzusehen</translation>
    </message>
    <message>
        <source>%1 (Ctrl+%2)</source>
        <translation>%1 (Strg+%2)</translation>
    </message>
    <message>
        <source>Gateway</source>
        <translation>Gateway</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Dieser Computer</translation>
    </message>
</context>
<context>
    <name>RequestDetails</name>
    <message>
        <source>curl</source>
        <translation>curl</translation>
    </message>
    <message>
        <source>Copy as a curl line; prompts are not kept</source>
        <translation>Als curl-Zeile kopieren; Prompts werden nicht aufbewahrt</translation>
    </message>
    <message>
        <source>JSON</source>
        <translation>JSON</translation>
    </message>
    <message>
        <source>Copy the record as JSON</source>
        <translation>Den Eintrag als JSON kopieren</translation>
    </message>
    <message>
        <source>Try the model</source>
        <translation>Modell ausprobieren</translation>
    </message>
    <message>
        <source>Open the playground with this model</source>
        <translation>Die Spielwiese mit diesem Modell öffnen</translation>
    </message>
    <message>
        <source>Show backend</source>
        <translation>Backend zeigen</translation>
    </message>
    <message>
        <source>This request is gone</source>
        <translation>Diese Anfrage ist nicht mehr da</translation>
    </message>
    <message>
        <source>The gateway keeps the latest requests; older ones are in its request log.</source>
        <translation>Das Gateway hält die letzten Anfragen vor; ältere stehen in seinem Anfrageprotokoll.</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Backend</source>
        <translation>Backend</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keines</translation>
    </message>
    <message>
        <source>Path</source>
        <translation>Pfad</translation>
    </message>
    <message>
        <source>Caller</source>
        <translation>Aufrufer</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>%1 in, %2 out</source>
        <translation>%1 ein, %2 aus</translation>
    </message>
    <message>
        <source>, %1 cached</source>
        <translation>, %1 aus dem Cache</translation>
    </message>
    <message>
        <source>Session</source>
        <translation>Sitzung</translation>
    </message>
    <message>
        <source>Trace</source>
        <translation>Trace</translation>
    </message>
    <message>
        <source>Backend&apos;s own id</source>
        <translation>Kennung des Backends</translation>
    </message>
    <message>
        <source>Where the time went: %1</source>
        <translation>Wo die Zeit blieb: %1</translation>
    </message>
    <message>
        <source>Attempts</source>
        <translation>Versuche</translation>
    </message>
    <message>
        <source> (hedge)</source>
        <translation> (Zweitanfrage)</translation>
    </message>
    <message>
        <source>Why here?</source>
        <translation>Warum hier?</translation>
    </message>
    <message>
        <source>Fidelity</source>
        <translation>Treue</translation>
    </message>
    <message>
        <source>Translated</source>
        <translation>Übersetzt</translation>
    </message>
    <message>
        <source>%1 → %2</source>
        <translation>%1 → %2</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>Stream defects</source>
        <translation>Stream-Mängel</translation>
    </message>
</context>
<context>
    <name>RequestFilter</name>
    <message>
        <source>The filter is too long: at most %1 words are heeded.</source>
        <translation>Der Filter ist zu lang: höchstens %1 Wörter werden beachtet.</translation>
    </message>
    <message>
        <source>model: needs a part of a name after it.</source>
        <translation>Nach model: muss ein Teil eines Namens stehen.</translation>
    </message>
    <message>
        <source>%1: needs a part of a name after it.</source>
        <translation>Nach %1: muss ein Teil eines Namens stehen.</translation>
    </message>
    <message>
        <source>status:%1 is no status: write status:404 or status:5xx.</source>
        <translation>status:%1 ist kein Status: schreiben Sie status:404 oder status:5xx.</translation>
    </message>
    <message>
        <source>%1 is no duration: write &gt;2s, &lt;500ms or ttft&gt;1s.</source>
        <translation>%1 ist keine Dauer: schreiben Sie &gt;2s, &lt;500ms oder ttft&gt;1s.</translation>
    </message>
</context>
<context>
    <name>RequestsPage</name>
    <message>
        <source>Requests</source>
        <translation>Anfragen</translation>
    </message>
    <message>
        <source>%1 kept, newest first</source>
        <translation>%1 vorgehalten, neueste zuerst</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>status:5xx backend:fast &gt;2s</source>
        <translation>status:5xx backend:fast &gt;2s</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>Filter</translation>
    </message>
    <message>
        <source>Words: status:5xx backend:name model:name &gt;2s error stream. Ctrl+F comes here.</source>
        <translation>Wörter: status:5xx backend:name model:name &gt;2s error stream. Strg+F führt hierher.</translation>
    </message>
    <message>
        <source>%1 new ↑</source>
        <translation>%1 neu ↑</translation>
    </message>
    <message>
        <source>Hold</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Show the newest again (F5)</source>
        <translation>Wieder die neuesten zeigen (F5)</translation>
    </message>
    <message>
        <source>Hold the list still</source>
        <translation>Die Liste anhalten</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Save what is shown as CSV or JSON</source>
        <translation>Was zu sehen ist als CSV oder JSON speichern</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Backend</source>
        <translation>Backend</translation>
    </message>
    <message>
        <source>First token</source>
        <translation>Erstes Token</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>Gesamt</translation>
    </message>
    <message>
        <source>In</source>
        <translation>Ein</translation>
    </message>
    <message>
        <source>Out</source>
        <translation>Aus</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>stream</source>
        <translation>Stream</translation>
    </message>
    <message>
        <source>whole</source>
        <translation>ganz</translation>
    </message>
    <message>
        <source> · transl.</source>
        <translation> · übers.</translation>
    </message>
    <message>
        <source>Caller</source>
        <translation>Aufrufer</translation>
    </message>
    <message>
        <source>Path</source>
        <translation>Pfad</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>No request matches the filter</source>
        <translation>Keine Anfrage passt zum Filter</translation>
    </message>
    <message>
        <source>No request yet</source>
        <translation>Noch keine Anfrage</translation>
    </message>
    <message>
        <source>Requests appear here as soon as a client sends one to %1.</source>
        <translation>Anfragen erscheinen hier, sobald ein Client eine an %1 schickt.</translation>
    </message>
    <message>
        <source>Clear the filter</source>
        <translation>Filter leeren</translation>
    </message>
    <message>
        <source>Send one from the playground</source>
        <translation>Eine von der Spielwiese senden</translation>
    </message>
    <message>
        <source>CSV (*.csv)</source>
        <translation>CSV (*.csv)</translation>
    </message>
    <message>
        <source>JSON (*.json)</source>
        <translation>JSON (*.json)</translation>
    </message>
</context>
<context>
    <name>RoutesConflict</name>
    <message>
        <source>The file changed meanwhile</source>
        <translation>Die Datei hat sich inzwischen geändert</translation>
    </message>
    <message>
        <source>The file changed while you were editing</source>
        <translation>Die Datei hat sich geändert, während Sie sie bearbeitet haben</translation>
    </message>
    <message>
        <source>Nothing was written. Take the file as it is, or keep your draft: it then replaces the file when you apply it.</source>
        <translation>Nichts wurde geschrieben. Nehmen Sie die Datei, wie sie ist, oder behalten Sie Ihren Entwurf: er ersetzt die Datei, wenn Sie ihn anwenden.</translation>
    </message>
    <message>
        <source>Take the file</source>
        <translation>Datei nehmen</translation>
    </message>
    <message>
        <source>Keep my draft</source>
        <translation>Entwurf behalten</translation>
    </message>
    <message>
        <source>Your draft</source>
        <translation>Ihr Entwurf</translation>
    </message>
    <message>
        <source>The file now</source>
        <translation>Die Datei jetzt</translation>
    </message>
    <message>
        <source>Where both began</source>
        <translation>Wo beide begannen</translation>
    </message>
</context>
<context>
    <name>RoutesDryRun</name>
    <message>
        <source>Routing the latest requests again…</source>
        <translation>Die letzten Anfragen werden noch einmal verteilt…</translation>
    </message>
    <message>
        <source>What would change?</source>
        <translation>Was würde sich ändern?</translation>
    </message>
    <message>
        <source>The draft and the configuration in force each route the last 500 requests again. Nothing is sent.</source>
        <translation>Der Entwurf und die geltende Konfiguration verteilen die letzten 500 Anfragen noch einmal. Nichts wird gesendet.</translation>
    </message>
    <message>
        <source>Dry run</source>
        <translation>Probelauf</translation>
    </message>
    <message>
        <source>There is no request to try yet.</source>
        <translation>Es gibt noch keine Anfrage zum Probieren.</translation>
    </message>
    <message>
        <source>Of the last %1 requests %2 would change backend</source>
        <translation>Von den letzten %1 Anfragen würden %2 das Backend wechseln</translation>
    </message>
    <message>
        <source>%1; %2 would be refused</source>
        <translation>%1; %2 würden abgelehnt</translation>
    </message>
    <message>
        <source>Running…</source>
        <translation>Läuft…</translation>
    </message>
    <message>
        <source>Run again</source>
        <translation>Noch einmal</translation>
    </message>
    <message>
        <source>Share now</source>
        <translation>Anteil jetzt</translation>
    </message>
    <message>
        <source>Share with the draft</source>
        <translation>Anteil mit dem Entwurf</translation>
    </message>
    <message>
        <source>%1 → %2 tokens a day</source>
        <translation>%1 → %2 Token am Tag</translation>
    </message>
    <message>
        <source>No request would go elsewhere.</source>
        <translation>Keine Anfrage ginge woandershin.</translation>
    </message>
    <message>
        <source>refused</source>
        <translation>abgelehnt</translation>
    </message>
</context>
<context>
    <name>RoutesForm</name>
    <message>
        <source>This file is in another program&apos;s form. It can be edited as text.</source>
        <translation>Diese Datei hat die Form eines anderen Programms. Sie lässt sich als Text bearbeiten.</translation>
    </message>
    <message>
        <source>Strategy</source>
        <translation>Strategie</translation>
    </message>
    <message>
        <source>How a backend is chosen</source>
        <translation>Wie ein Backend gewählt wird</translation>
    </message>
    <message>
        <source>Backends</source>
        <translation>Backends</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Hinzufügen</translation>
    </message>
    <message>
        <source>Name, for example gpu-1</source>
        <translation>Name, zum Beispiel gpu-1</translation>
    </message>
    <message>
        <source>http://127.0.0.1:11434</source>
        <translation>http://127.0.0.1:11434</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Model; empty: all that it serves</source>
        <translation>Modell; leer: alle, die es anbietet</translation>
    </message>
    <message>
        <source>Add to the draft</source>
        <translation>In den Entwurf aufnehmen</translation>
    </message>
    <message>
        <source>No backend yet.</source>
        <translation>Noch kein Backend.</translation>
    </message>
    <message>
        <source>Remove %1 from the draft</source>
        <translation>%1 aus dem Entwurf entfernen</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>Gewicht</translation>
    </message>
    <message>
        <source>Weight of %1</source>
        <translation>Gewicht von %1</translation>
    </message>
    <message>
        <source>At most</source>
        <translation>Höchstens</translation>
    </message>
    <message>
        <source>Most requests at a time of %1; 0: no limit</source>
        <translation>Meiste Anfragen zugleich an %1; 0: keine Grenze</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>Schlagwörter</translation>
    </message>
    <message>
        <source>Tags of %1, separated by commas</source>
        <translation>Schlagwörter von %1, durch Kommas getrennt</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keines</translation>
    </message>
    <message>
        <source>Tiers</source>
        <translation>Stufen</translation>
    </message>
    <message>
        <source>Pools by the shape of a request</source>
        <translation>Gruppen nach der Form einer Anfrage</translation>
    </message>
    <message>
        <source>Long prompts and long answers go to backends with their own tags.</source>
        <translation>Lange Prompts und lange Antworten gehen an Backends mit eigenen Schlagwörtern.</translation>
    </message>
    <message>
        <source>A prompt is long from</source>
        <translation>Ein Prompt ist lang ab</translation>
    </message>
    <message>
        <source>Tokens of a long prompt</source>
        <translation>Token eines langen Prompts</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>Affinity</source>
        <translation>Bindung</translation>
    </message>
    <message>
        <source>A session keeps to one backend</source>
        <translation>Eine Sitzung bleibt bei einem Backend</translation>
    </message>
    <message>
        <source>It finds its cache again while that backend is well.</source>
        <translation>Sie findet ihren Cache wieder, solange es dem Backend gut geht.</translation>
    </message>
    <message>
        <source>Header that names the session</source>
        <translation>Header, der die Sitzung nennt</translation>
    </message>
    <message>
        <source>Canary</source>
        <translation>Canary</translation>
    </message>
    <message>
        <source>A growing share for new backends</source>
        <translation>Ein wachsender Anteil für neue Backends</translation>
    </message>
    <message>
        <source>Backends tagged “canary” are on trial; too many errors take their traffic away.</source>
        <translation>Backends mit dem Schlagwort „canary“ sind auf Probe; zu viele Fehler nehmen ihnen den Verkehr.</translation>
    </message>
    <message>
        <source>Share before the first step</source>
        <translation>Anteil vor dem ersten Schritt</translation>
    </message>
    <message>
        <source>Percent of the traffic before the first step</source>
        <translation>Prozent des Verkehrs vor dem ersten Schritt</translation>
    </message>
    <message>
        <source>%</source>
        <translation>%</translation>
    </message>
</context>
<context>
    <name>RoutesHistory</name>
    <message>
        <source>Versions</source>
        <translation>Versionen</translation>
    </message>
    <message>
        <source>Versions appear here once something was applied.</source>
        <translation>Versionen erscheinen hier, sobald etwas angewendet wurde.</translation>
    </message>
    <message>
        <source>Version %1</source>
        <translation>Version %1</translation>
    </message>
    <message>
        <source>Put version %1 into the draft: %2</source>
        <translation>Version %1 in den Entwurf nehmen: %2</translation>
    </message>
    <message>
        <source>%1 (in force)</source>
        <translation>%1 (gilt)</translation>
    </message>
    <message>
        <source>changes: %1</source>
        <translation>Änderungen: %1</translation>
    </message>
    <message>
        <source>Put this version into the draft; nothing is applied</source>
        <translation>Diese Version in den Entwurf nehmen; nichts wird angewendet</translation>
    </message>
    <message>
        <source>The draft against what is in force</source>
        <translation>Der Entwurf gegen das, was gilt</translation>
    </message>
    <message>
        <source>Takes effect after a restart: %1</source>
        <translation>Wirkt nach einem Neustart: %1</translation>
    </message>
    <message>
        <source>Comparing…</source>
        <translation>Vergleich läuft…</translation>
    </message>
    <message>
        <source>There is no draft.</source>
        <translation>Es gibt keinen Entwurf.</translation>
    </message>
</context>
<context>
    <name>RoutesPage</name>
    <message>
        <source>The configuration is being read</source>
        <translation>Die Konfiguration wird gelesen</translation>
    </message>
    <message>
        <source>The gateway runs without a configuration file</source>
        <translation>Das Gateway läuft ohne Konfigurationsdatei</translation>
    </message>
    <message>
        <source>The configuration file cannot be written</source>
        <translation>Die Konfigurationsdatei ist nicht beschreibbar</translation>
    </message>
    <message>
        <source>The gateway does not answer</source>
        <translation>Das Gateway antwortet nicht</translation>
    </message>
    <message>
        <source>Applying…</source>
        <translation>Wird angewendet…</translation>
    </message>
    <message>
        <source>Decide about the changed file first</source>
        <translation>Entscheiden Sie zuerst über die geänderte Datei</translation>
    </message>
    <message>
        <source>Nothing changed</source>
        <translation>Nichts geändert</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>Wird geprüft…</translation>
    </message>
    <message>
        <source>Problems to solve first: %1</source>
        <translation>Zuerst zu lösende Probleme: %1</translation>
    </message>
    <message>
        <source>Routes</source>
        <translation>Routen</translation>
    </message>
    <message>
        <source>View</source>
        <translation>Ansicht</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Bearbeiten</translation>
    </message>
    <message>
        <source>Form</source>
        <translation>Formular</translation>
    </message>
    <message>
        <source>YAML</source>
        <translation>YAML</translation>
    </message>
    <message>
        <source>Dry run</source>
        <translation>Probelauf</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>Configuration as text; Esc, then Tab leaves it</source>
        <translation>Konfiguration als Text; Esc, dann Tab verlässt sie</translation>
    </message>
    <message>
        <source>Applied. It can be undone for %1 s.</source>
        <translation>Angewendet. Es lässt sich noch %1 s lang zurücknehmen.</translation>
    </message>
    <message>
        <source>Changes ready to apply: %1</source>
        <translation>Änderungen zum Anwenden: %1</translation>
    </message>
    <message>
        <source>Why (kept in the history)</source>
        <translation>Warum (steht im Verlauf)</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Zurücknehmen</translation>
    </message>
    <message>
        <source>Put the configuration before back</source>
        <translation>Die vorige Konfiguration zurückholen</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Forget the draft</source>
        <translation>Den Entwurf vergessen</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>Anwenden</translation>
    </message>
    <message>
        <source>Apply without dropping a request (Ctrl+S)</source>
        <translation>Anwenden, ohne eine Anfrage zu verlieren (Strg+S)</translation>
    </message>
    <message>
        <source>Reading the configuration…</source>
        <translation>Die Konfiguration wird gelesen…</translation>
    </message>
</context>
<context>
    <name>SaveFile</name>
    <message>
        <source>%1 was not saved: %2.</source>
        <translation>%1 wurde nicht gespeichert: %2.</translation>
    </message>
    <message>
        <source>it is not on this computer</source>
        <translation>sie liegt nicht auf diesem Rechner</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>Meridian %1</source>
        <translation>Meridian %1</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Aussehen</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Farben</translation>
    </message>
    <message>
        <source>System</source>
        <translation>System</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>From the next start on</source>
        <translation>Ab dem nächsten Start</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Reduce motion</source>
        <translation>Weniger Bewegung</translation>
    </message>
    <message>
        <source>Gateways elsewhere</source>
        <translation>Gateways anderswo</translation>
    </message>
    <message>
        <source>Shown</source>
        <translation>Gezeigt</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Forget %1</source>
        <translation>%1 vergessen</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>https://host:8080</source>
        <translation>https://host:8080</translation>
    </message>
    <message>
        <source>Admin token, if it asks</source>
        <translation>Admin-Token, falls es danach fragt</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Hinzufügen</translation>
    </message>
    <message>
        <source>Gateway on this computer</source>
        <translation>Gateway auf diesem Rechner</translation>
    </message>
    <message>
        <source>Takes effect at the next start</source>
        <translation>Wirkt ab dem nächsten Start</translation>
    </message>
    <message>
        <source>127.0.0.1 is this computer only</source>
        <translation>127.0.0.1 ist nur dieser Rechner</translation>
    </message>
    <message>
        <source>Address to listen on</source>
        <translation>Adresse, auf der gehört wird</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Port</translation>
    </message>
    <message>
        <source>While paused, new requests are turned away</source>
        <translation>Während der Pause werden neue Anfragen abgewiesen</translation>
    </message>
    <message>
        <source>Only the gateway of this window can be paused</source>
        <translation>Nur das Gateway dieses Fensters kann pausieren</translation>
    </message>
    <message>
        <source>Take requests</source>
        <translation>Anfragen annehmen</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Start at login</source>
        <translation>Beim Anmelden starten</translation>
    </message>
    <message>
        <source>Keep serving in the tray when the window is closed</source>
        <translation>Im Infobereich weiterarbeiten, wenn das Fenster geschlossen ist</translation>
    </message>
    <message>
        <source>When a backend fails or comes back</source>
        <translation>Wenn ein Backend ausfällt oder zurückkommt</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>Mitteilungen</translation>
    </message>
    <message>
        <source>Log folder</source>
        <translation>Ordner der Protokolle</translation>
    </message>
    <message>
        <source>the system&apos;s usual place</source>
        <translation>der übliche Ort des Systems</translation>
    </message>
    <message>
        <source>Diagnostics</source>
        <translation>Diagnose</translation>
    </message>
    <message>
        <source>What a bug report needs, without keys, prompts and addresses. You see it before it is saved.</source>
        <translation>Was ein Fehlerbericht braucht, ohne Schlüssel, Prompts und Adressen. Sie sehen es, bevor es gespeichert wird.</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Dieser Computer</translation>
    </message>
</context>
<context>
    <name>ShareBar</name>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
</context>
<context>
    <name>SidePanel</name>
    <message>
        <source>Close (Esc)</source>
        <translation>Schließen (Esc)</translation>
    </message>
</context>
<context>
    <name>StatusHeader</name>
    <message>
        <source>Connecting to %1</source>
        <translation>Verbindung zu %1 wird aufgebaut</translation>
    </message>
    <message>
        <source>Refused by %1</source>
        <translation>Abgelehnt von %1</translation>
    </message>
    <message>
        <source>The gateway is stopped</source>
        <translation>Das Gateway steht</translation>
    </message>
    <message>
        <source>Reconnecting…</source>
        <translation>Verbindung wird erneuert…</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Pausiert</translation>
    </message>
    <message>
        <source>Draining</source>
        <translation>Läuft aus</translation>
    </message>
    <message>
        <source>Serving on</source>
        <translation>Bedient auf</translation>
    </message>
    <message>
        <source>Not ready: no healthy backend</source>
        <translation>Nicht bereit: kein gesundes Backend</translation>
    </message>
    <message>
        <source>Copy the address</source>
        <translation>Adresse kopieren</translation>
    </message>
    <message>
        <source>req/s</source>
        <translation>Anfr./s</translation>
    </message>
    <message>
        <source>tok/s</source>
        <translation>Tok/s</translation>
    </message>
    <message>
        <source>tokens today</source>
        <translation>Token heute</translation>
    </message>
</context>
<context>
    <name>TableHead</name>
    <message>
        <source>%1, sorted, largest first</source>
        <translation>%1, sortiert, größte zuerst</translation>
    </message>
    <message>
        <source>%1, sorted, smallest first</source>
        <translation>%1, sortiert, kleinste zuerst</translation>
    </message>
    <message>
        <source>Choose columns</source>
        <translation>Spalten wählen</translation>
    </message>
</context>
<context>
    <name>Tile</name>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>%1 against the hour before</source>
        <translation>%1 gegen die Stunde davor</translation>
    </message>
</context>
<context>
    <name>TimingBar</name>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
</context>
<context>
    <name>ToastBar</name>
    <message>
        <source>Dismiss</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>WeightCell</name>
    <message>
        <source>Weight of %1</source>
        <translation>Gewicht von %1</translation>
    </message>
</context>
<context>
    <name>meridian::ui::AppSettings</name>
    <message>
        <source>The settings cannot be written to %1.</source>
        <translation>Die Einstellungen lassen sich nicht nach %1 schreiben.</translation>
    </message>
    <message>
        <source>An address to listen on is a name or an IP address, such as 127.0.0.1.</source>
        <translation>Eine Adresse zum Hören ist ein Name oder eine IP-Adresse, etwa 127.0.0.1.</translation>
    </message>
    <message>
        <source>A port is a number from 1 to 65535.</source>
        <translation>Ein Port ist eine Zahl von 1 bis 65535.</translation>
    </message>
    <message>
        <source>There is no folder %1.</source>
        <translation>Den Ordner %1 gibt es nicht.</translation>
    </message>
</context>
<context>
    <name>meridian::ui::ConfigEdits</name>
    <message>
        <source>Too many changes are waiting for the gateway.</source>
        <translation>Zu viele Änderungen warten auf das Gateway.</translation>
    </message>
</context>
<context>
    <name>meridian::ui::CurrentLink</name>
    <message>
        <source>No gateway is selected.</source>
        <translation>Es ist kein Gateway gewählt.</translation>
    </message>
</context>
<context>
    <name>meridian::ui::Desktop</name>
    <message>
        <source>There is nothing to save a picture of.</source>
        <translation>Es gibt nichts, wovon sich ein Bild speichern ließe.</translation>
    </message>
    <message>
        <source>The picture could not be drawn: the window is not shown.</source>
        <translation>Das Bild ließ sich nicht zeichnen: Das Fenster ist nicht zu sehen.</translation>
    </message>
    <message>
        <source>The picture could not be drawn.</source>
        <translation>Das Bild ließ sich nicht zeichnen.</translation>
    </message>
    <message>
        <source>Saved %1</source>
        <translation>%1 gespeichert</translation>
    </message>
    <message>
        <source>%1 gets no new requests</source>
        <translation>%1 bekommt keine neuen Anfragen</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Zurücknehmen</translation>
    </message>
    <message>
        <source>%1 gets requests again</source>
        <translation>%1 bekommt wieder Anfragen</translation>
    </message>
    <message>
        <source>%1 is being probed</source>
        <translation>%1 wird geprüft</translation>
    </message>
</context>
<context>
    <name>meridian::ui::DesktopApp</name>
    <message>
        <source>The gateway did not start: %1</source>
        <translation>Das Gateway ist nicht gestartet: %1</translation>
    </message>
    <message>
        <source>The configuration is not in force, it has an error: %1</source>
        <translation>Die Konfiguration gilt nicht, sie hat einen Fehler: %1</translation>
    </message>
    <message>
        <source>A gateway runs at %1 already; this one is at %2</source>
        <translation>Unter %1 läuft schon ein Gateway; dieses ist unter %2</translation>
    </message>
    <message>
        <source>Show that one</source>
        <translation>Das andere zeigen</translation>
    </message>
    <message>
        <source>Port %1 is taken; the gateway is at %2</source>
        <translation>Port %1 ist belegt; das Gateway ist unter %2</translation>
    </message>
    <message>
        <source>Not connected</source>
        <translation>Nicht verbunden</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Pausiert</translation>
    </message>
    <message>
        <source>%1 requests/s, to look at: %2</source>
        <translation>%1 Anfragen/s, anzusehen: %2</translation>
    </message>
</context>
<context>
    <name>meridian::ui::DiscoveryModel</name>
    <message>
        <source>Looking for engines took too long.</source>
        <translation>Die Suche nach Engines hat zu lange gedauert.</translation>
    </message>
    <message>
        <source>There is no simulated backend here.</source>
        <translation>Hier gibt es kein simuliertes Backend.</translation>
    </message>
    <message>
        <source>Added on the first page</source>
        <translation>Auf der ersten Seite hinzugefügt</translation>
    </message>
</context>
<context>
    <name>meridian::ui::GatewayList</name>
    <message>
        <source>The token of %1 cannot be read from the keychain: %2</source>
        <translation>Das Token von %1 lässt sich nicht aus dem Schlüsselbund lesen: %2</translation>
    </message>
    <message>
        <source>A gateway has a name of at most 64 characters.</source>
        <translation>Ein Gateway hat einen Namen mit höchstens 64 Zeichen.</translation>
    </message>
    <message>
        <source>The address %1.</source>
        <translation>Die Adresse: %1.</translation>
    </message>
    <message>
        <source>There are %1 gateways already.</source>
        <translation>Es gibt schon %1 Gateways.</translation>
    </message>
    <message>
        <source>The token of %1 lasts until Meridian ends, as the keychain does not keep it: %2</source>
        <translation>Das Token von %1 gilt, bis Meridian endet, da der Schlüsselbund es nicht verwahrt: %2</translation>
    </message>
</context>
<context>
    <name>meridian::ui::KeyStore</name>
    <message>
        <source>A name has letters, digits and . _ - @, at most 64 of them.</source>
        <translation>Ein Name besteht aus Buchstaben, Ziffern und . _ - @, höchstens 64 davon.</translation>
    </message>
    <message>
        <source>The key is empty.</source>
        <translation>Der Schlüssel ist leer.</translation>
    </message>
    <message>
        <source>A key has at most 16 KiB.</source>
        <translation>Ein Schlüssel hat höchstens 16 KiB.</translation>
    </message>
    <message>
        <source>There is a character in the key that no key has; paste it again.</source>
        <translation>Im Schlüssel steht ein Zeichen, das kein Schlüssel hat; fügen Sie ihn noch einmal ein.</translation>
    </message>
    <message>
        <source>There are %1 keys already.</source>
        <translation>Es gibt schon %1 Schlüssel.</translation>
    </message>
    <message>
        <source>The keychain cannot be used: %1</source>
        <translation>Der Schlüsselbund ist nicht benutzbar: %1</translation>
    </message>
</context>
<context>
    <name>meridian::ui::KeyTest</name>
    <message>
        <source>This provider has no list of models that a key alone may read. Probe a backend that uses the key instead.</source>
        <translation>Dieser Anbieter hat keine Modellliste, die ein Schlüssel allein lesen darf. Prüfen Sie stattdessen ein Backend, das den Schlüssel benutzt.</translation>
    </message>
    <message>
        <source>The address: %1</source>
        <translation>Die Adresse: %1</translation>
    </message>
    <message>
        <source>The key works. Models listed: %1.</source>
        <translation>Der Schlüssel gilt. Aufgelistete Modelle: %1.</translation>
    </message>
    <message>
        <source>The provider refuses the key (HTTP %1).</source>
        <translation>Der Anbieter lehnt den Schlüssel ab (HTTP %1).</translation>
    </message>
    <message>
        <source>The provider answered with HTTP %1 and no list of models, which says nothing about the key.</source>
        <translation>Der Anbieter hat mit HTTP %1 und ohne Modellliste geantwortet; über den Schlüssel sagt das nichts.</translation>
    </message>
</context>
<context>
    <name>meridian::ui::LocalLink</name>
    <message>
        <source>The folder %1 could not be made.</source>
        <translation>Der Ordner %1 ließ sich nicht anlegen.</translation>
    </message>
    <message>
        <source>%1 could not be written: %2.</source>
        <translation>%1 ließ sich nicht schreiben: %2.</translation>
    </message>
</context>
<context>
    <name>meridian::ui::RemoteLink</name>
    <message>
        <source>Too many calls wait for an answer.</source>
        <translation>Zu viele Aufrufe warten auf eine Antwort.</translation>
    </message>
    <message>
        <source>%1 answers, but not like a Meridian gateway.</source>
        <translation>%1 antwortet, aber nicht wie ein Meridian-Gateway.</translation>
    </message>
</context>
<context>
    <name>meridian::ui::RouteEditor</name>
    <message>
        <source>A configuration has at most 4 MiB.</source>
        <translation>Eine Konfiguration hat höchstens 4 MiB.</translation>
    </message>
</context>
<context>
    <name>meridian::ui::SystemKeychain</name>
    <message>
        <source>The keychain has not answered for a while.</source>
        <translation>Der Schlüsselbund hat eine Weile nicht geantwortet.</translation>
    </message>
    <message>
        <source>The keychain did not answer within 5 seconds.</source>
        <translation>Der Schlüsselbund hat nicht innerhalb von 5 Sekunden geantwortet.</translation>
    </message>
</context>
<context>
    <name>meridian::ui::TrayIcon</name>
    <message>
        <source>Open Meridian</source>
        <translation>Meridian öffnen</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Copy address</source>
        <translation>Adresse kopieren</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
</context>
</TS>
