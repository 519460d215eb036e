<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>ActionRules</name>
    <message>
        <source>No server is selected.</source>
        <translation>Kein Server ist ausgewählt.</translation>
    </message>
    <message>
        <source>The server has ended.</source>
        <translation>Der Server ist beendet.</translation>
    </message>
    <message>
        <source>There is no connection to the server.</source>
        <translation>Es besteht keine Verbindung zum Server.</translation>
    </message>
    <message>
        <source>You may look but not change: your user is neither the server&apos;s own nor in its operate group.</source>
        <translation>Sie dürfen zusehen, aber nichts ändern: Ihr Benutzer ist weder der des Servers noch in dessen Bediengruppe.</translation>
    </message>
    <message>
        <source>The server is shutting down.</source>
        <translation>Der Server fährt herunter.</translation>
    </message>
    <message>
        <source>A restart is going on already.</source>
        <translation>Ein Neustart läuft bereits.</translation>
    </message>
    <message>
        <source>No restart is going on.</source>
        <translation>Es läuft kein Neustart.</translation>
    </message>
    <message>
        <source>The new generation is in charge: there is no way back.</source>
        <translation>Die neue Generation hat übernommen: Es gibt kein Zurück.</translation>
    </message>
    <message>
        <source>No connection is selected.</source>
        <translation>Keine Verbindung ist ausgewählt.</translation>
    </message>
    <message>
        <source>No generation is draining.</source>
        <translation>Keine Generation läuft aus.</translation>
    </message>
    <message>
        <source>No generation is going to be cut off.</source>
        <translation>Keiner Generation steht das Kappen bevor.</translation>
    </message>
    <message>
        <source>The server is shutting down already.</source>
        <translation>Der Server fährt bereits herunter.</translation>
    </message>
    <message>
        <source>There is no connection to export.</source>
        <translation>Es gibt keine Verbindung zu exportieren.</translation>
    </message>
    <message>
        <source>The server runs: it would come back at once.</source>
        <translation>Der Server läuft: Er käme sofort wieder.</translation>
    </message>
</context>
<context>
    <name>EventFeed</name>
    <message>
        <source>What happened before step %1 is not remembered any more</source>
        <translation>Was vor Schritt %1 geschah, ist nicht mehr bekannt</translation>
    </message>
    <message>
        <source>The steps leap from %1 to %2: what came between is not known</source>
        <translation>Die Schritte springen von %1 auf %2: was dazwischen war, ist nicht bekannt</translation>
    </message>
    <message>
        <source>1 line of the log is lost</source>
        <translation>1 Zeile des Protokolls ist verloren</translation>
    </message>
    <message>
        <source>%1 lines of the log are lost</source>
        <translation>%1 Zeilen des Protokolls sind verloren</translation>
    </message>
    <message>
        <source>has ended</source>
        <translation>ist beendet</translation>
    </message>
    <message>
        <source>There was no contact since %1: of that time only the steps of restarts are known</source>
        <translation>Seit %1 bestand kein Kontakt: aus dieser Zeit sind nur die Schritte von Neustarts bekannt</translation>
    </message>
    <message>
        <source>Another server of this name: its steps count from the beginning</source>
        <translation>Ein anderer Server dieses Namens: seine Schritte zählen von vorn</translation>
    </message>
    <message>
        <source>1 line of the log is left out, as they come faster than they can be read</source>
        <translation>1 Zeile des Protokolls fehlt, denn sie kommen schneller, als man lesen kann</translation>
    </message>
    <message>
        <source>%1 lines of the log are left out, as they come faster than they can be read</source>
        <translation>%1 Zeilen des Protokolls fehlen, denn sie kommen schneller, als man lesen kann</translation>
    </message>
</context>
<context>
    <name>EventRow</name>
    <message>
        <source>%1 (pid %2)</source>
        <translation>%1 (PID %2)</translation>
    </message>
    <message>
        <source>Restart</source>
        <translation>Neustart</translation>
    </message>
    <message>
        <source>Generation</source>
        <translation>Generation</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Gap</source>
        <translation>Lücke</translation>
    </message>
    <message>
        <source>%1: %2 after %3, generation %4</source>
        <translation>%1: %2 nach %3, Generation %4</translation>
    </message>
    <message>
        <source>%1: %2 after %3, generation %4, at &quot;%5&quot;</source>
        <translation>%1: %2 nach %3, Generation %4, bei „%5“</translation>
    </message>
    <message>
        <source>shuts down, %1 open may finish</source>
        <translation>fährt herunter, %1 offene dürfen zu Ende kommen</translation>
    </message>
    <message>
        <source>%1: %2, in charge, %3</source>
        <translation>%1: %2, zuständig, %3</translation>
    </message>
    <message>
        <source>%1: %2, %3</source>
        <translation>%1: %2, %3</translation>
    </message>
    <message>
        <source>%1, version %2</source>
        <comment>a generation and its program&apos;s version</comment>
        <translation>%1, Version %2</translation>
    </message>
    <message>
        <source>%1: gone</source>
        <translation>%1: fort</translation>
    </message>
</context>
<context>
    <name>LinkText</name>
    <message>
        <source>Not trying any more.</source>
        <translation>Es wird nicht weiter versucht.</translation>
    </message>
    <message>
        <source>Trying again in %1 (attempt %2).</source>
        <translation>Neuer Versuch in %1 (Versuch %2).</translation>
    </message>
    <message>
        <source>Connecting to %1 ...</source>
        <translation>Verbindung mit %1 wird aufgebaut ...</translation>
    </message>
    <message>
        <source>Connected to %1</source>
        <translation>Verbunden mit %1</translation>
    </message>
    <message>
        <source>Connected to %1, observing only</source>
        <translation>Verbunden mit %1, nur beobachtend</translation>
    </message>
    <message numerus="yes">
        <source>%1 is shutting down, %Ln connection(s) left.</source>
        <translation>
            <numerusform>%1 fährt herunter, noch %Ln Verbindung.</numerusform>
            <numerusform>%1 fährt herunter, noch %Ln Verbindungen.</numerusform>
        </translation>
    </message>
    <message>
        <source>Lost %1 at %2.</source>
        <translation>%1 ging um %2 verloren.</translation>
    </message>
    <message>
        <source>There is no connection to %1.</source>
        <translation>Es besteht keine Verbindung zu %1.</translation>
    </message>
    <message>
        <source>%1 cannot be reached (%2).</source>
        <translation>%1 ist nicht erreichbar (%2).</translation>
    </message>
    <message>
        <source>No connection to %1</source>
        <translation>Keine Verbindung zu %1</translation>
    </message>
    <message>
        <source>%1 was left behind by a server that is no longer running.</source>
        <translation>%1 hat ein Server hinterlassen, der nicht mehr läuft.</translation>
    </message>
    <message>
        <source>%1 was left behind by a server that is no longer running (since %2).</source>
        <translation>%1 hat ein Server hinterlassen, der nicht mehr läuft (seit %2).</translation>
    </message>
    <message>
        <source>%1 is not running</source>
        <translation>%1 läuft nicht</translation>
    </message>
    <message>
        <source>You may not open %1 (owner %2, group %3, mode %4).</source>
        <translation>Sie dürfen %1 nicht öffnen (Eigentümer %2, Gruppe %3, Rechte %4).</translation>
    </message>
    <message>
        <source>You may not control %1.</source>
        <translation>Sie dürfen %1 nicht steuern.</translation>
    </message>
    <message>
        <source>No permission for %1</source>
        <translation>Keine Berechtigung für %1</translation>
    </message>
    <message>
        <source>%1 does not answer.</source>
        <translation>%1 antwortet nicht.</translation>
    </message>
    <message>
        <source>Its process may be stopped or busy.</source>
        <translation>Der Prozess ist vielleicht angehalten oder beschäftigt.</translation>
    </message>
    <message>
        <source>%1 does not answer</source>
        <translation>%1 antwortet nicht</translation>
    </message>
    <message>
        <source>Following %1 to its next generation</source>
        <translation>Wechsel zur nächsten Generation von %1</translation>
    </message>
    <message>
        <source>%1 is not trusted</source>
        <translation>%1 ist nicht vertrauenswürdig</translation>
    </message>
    <message>
        <source>Nothing was sent to %1: %2</source>
        <translation>Nichts wurde an %1 gesendet: %2</translation>
    </message>
    <message>
        <source>%1 cannot be understood</source>
        <translation>%1 ist nicht zu verstehen</translation>
    </message>
    <message>
        <source>Use versions of server and program that fit together.</source>
        <translation>Verwenden Sie Versionen von Server und Programm, die zueinander passen.</translation>
    </message>
    <message>
        <source>No way to %1</source>
        <translation>Kein Weg zu %1</translation>
    </message>
    <message>
        <source>%1 cannot be reached through ssh to %2: %3</source>
        <translation>%1 ist über ssh zu %2 nicht erreichbar: %3</translation>
    </message>
    <message>
        <source>%1 has ended</source>
        <translation>%1 ist beendet</translation>
    </message>
    <message>
        <source>%1 ended at %2.</source>
        <translation>%1 endete um %2.</translation>
    </message>
    <message>
        <source>Following %1 to generation %2</source>
        <translation>Folge %1 zu Generation %2</translation>
    </message>
</context>
<context>
    <name>RestartEntry</name>
    <message>
        <source>uid %1</source>
        <translation>UID %1</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>asked for by signal USR1</source>
        <translation>verlangt durch Signal USR1</translation>
    </message>
    <message>
        <source>asked for by the program itself</source>
        <translation>verlangt vom Programm selbst</translation>
    </message>
    <message>
        <source>repeated by the generation that took over</source>
        <translation>wiederholt von der Generation, die übernommen hat</translation>
    </message>
    <message>
        <source>asked for by %1</source>
        <translation>verlangt von %1</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>a step and when it was reached</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>%1 (pid %2)</source>
        <translation>%1 (PID %2)</translation>
    </message>
    <message>
        <source>%1: restart %2: %3</source>
        <translation>%1: Neustart %2: %3</translation>
    </message>
    <message>
        <source>%1 at &quot;%2&quot;</source>
        <comment>an outcome and the step before it</comment>
        <translation>%1 bei „%2“</translation>
    </message>
    <message>
        <source>requested</source>
        <translation>angefordert</translation>
    </message>
    <message>
        <source>%1 by %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>generations</source>
        <translation>Generationen</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>unbekannt</translation>
    </message>
    <message>
        <source>versions</source>
        <translation>Versionen</translation>
    </message>
    <message>
        <source>took</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>reason</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>new process</source>
        <translation>neuer Prozess</translation>
    </message>
    <message>
        <source>lost</source>
        <translation>verloren</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>Ledger</source>
        <translation>Bilanz</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>Im Gange</translation>
    </message>
    <message>
        <source>Draining</source>
        <translation>Läuft aus</translation>
    </message>
    <message>
        <source>Finished</source>
        <translation>Beendet</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Rolled back</source>
        <translation>Zurückgerollt</translation>
    </message>
    <message>
        <source>Rehearsed</source>
        <translation>Geprobt</translation>
    </message>
    <message>
        <source>Crashed</source>
        <translation>Abgestürzt</translation>
    </message>
</context>
<context>
    <name>RestartLedger</name>
    <message>
        <source>1 connection</source>
        <translation>1 Verbindung</translation>
    </message>
    <message>
        <source>%1 connections</source>
        <translation>%1 Verbindungen</translation>
    </message>
    <message>
        <source>%1 before the request</source>
        <translation>%1 vor der Anforderung</translation>
    </message>
    <message>
        <source>%1 after the request</source>
        <translation>%1 nach der Anforderung</translation>
    </message>
    <message>
        <source>%1 at final: %2 finished</source>
        <translation>%1 bei „final“: %2 kamen zu Ende</translation>
    </message>
    <message>
        <source>%1 (%2 of them were asked to)</source>
        <translation>%1 (%2 davon auf Bitte)</translation>
    </message>
    <message>
        <source>%1, %2 was cut</source>
        <translation>%1, %2 wurde gekappt</translation>
    </message>
    <message>
        <source>%1, %2 were cut</source>
        <translation>%1, %2 wurden gekappt</translation>
    </message>
    <message>
        <source>%1, %2 still open</source>
        <translation>%1, %2 noch offen</translation>
    </message>
    <message>
        <source>%1, %2 not accounted for: the process died</source>
        <translation>%1, %2 ungeklärt: der Prozess starb</translation>
    </message>
    <message>
        <source>%1 queued at commit (limit %2)</source>
        <translation>%1 in der Warteschlange bei „commit“ (Grenze %2)</translation>
    </message>
    <message>
        <source>%1 queued at commit</source>
        <translation>%1 in der Warteschlange bei „commit“</translation>
    </message>
    <message>
        <source>%1 turned away</source>
        <translation>%1 abgewiesen</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>nichts</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>nicht bekannt</translation>
    </message>
    <message>
        <source>the new one&apos;s</source>
        <translation>die der neuen</translation>
    </message>
    <message>
        <source>%1 cut</source>
        <translation>%1 gekappt</translation>
    </message>
    <message>
        <source>%1 died</source>
        <translation>%1 mitgestorben</translation>
    </message>
    <message>
        <source>%1 cut, %2 died</source>
        <translation>%1 gekappt, %2 mitgestorben</translation>
    </message>
    <message>
        <source>Nothing was lost: generation %1 served on.</source>
        <translation>Nichts ging verloren: Generation %1 bediente weiter.</translation>
    </message>
    <message>
        <source>Connections that generation %1 had accepted ended with it; those of generation %2 were served on.</source>
        <translation>Verbindungen, die Generation %1 angenommen hatte, endeten mit ihr; die von Generation %2 wurden weiter bedient.</translation>
    </message>
    <message>
        <source>Nothing was lost: generation %1 serves on, and generation %2 finishes the connections it had accepted.</source>
        <translation>Nichts ging verloren: Generation %1 bedient weiter, und Generation %2 bringt die Verbindungen zu Ende, die sie angenommen hatte.</translation>
    </message>
    <message>
        <source>Connections that generation %1 had ended with it, after it had taken over.</source>
        <translation>Verbindungen der Generation %1 endeten mit ihr, nachdem sie übernommen hatte.</translation>
    </message>
    <message>
        <source>What became of connections is not known: the program registers none.</source>
        <translation>Was aus Verbindungen wurde, ist nicht bekannt: das Programm meldet keine an.</translation>
    </message>
    <message>
        <source>Nothing was lost: %1</source>
        <translation>Nichts ging verloren: %1</translation>
    </message>
    <message>
        <source>Connections were lost: %1</source>
        <translation>Verbindungen gingen verloren: %1</translation>
    </message>
    <message>
        <source>Nothing is lost so far: %1</source>
        <translation>Bisher ist nichts verloren: %1</translation>
    </message>
    <message>
        <source>nobody accepted for %1 at most</source>
        <translation>höchstens %1 nahm niemand an</translation>
    </message>
    <message>
        <source>of generation %1, %2</source>
        <translation>von Generation %1, %2</translation>
    </message>
    <message>
        <source>last accept</source>
        <translation>letzte Annahme</translation>
    </message>
    <message>
        <source>first accept</source>
        <translation>erste Annahme</translation>
    </message>
    <message>
        <source>gap</source>
        <translation>Lücke</translation>
    </message>
    <message>
        <source>listener</source>
        <translation>lauscht an</translation>
    </message>
    <message>
        <source>connections</source>
        <translation>Verbindungen</translation>
    </message>
</context>
<context>
    <name>RestartReport</name>
    <message>
        <source>Restarting into generation %1 - %2</source>
        <translation>Neustart in Generation %1 - %2</translation>
    </message>
    <message>
        <source>Generation %1 has taken over; the generation before it finishes its connections - %2</source>
        <translation>Generation %1 hat übernommen; die vorige führt ihre Verbindungen zu Ende - %2</translation>
    </message>
    <message>
        <source>Restart into generation %1 finished in %2</source>
        <translation>Neustart in Generation %1 nach %2 abgeschlossen</translation>
    </message>
    <message>
        <source>Rehearsal: %1</source>
        <translation>Probelauf: %1</translation>
    </message>
    <message>
        <source>Restart into generation %1 failed after the step &quot;%2&quot; (%3)</source>
        <translation>Neustart in Generation %1 nach dem Schritt „%2“ fehlgeschlagen (%3)</translation>
    </message>
    <message>
        <source>Generation %1 was rolled back after the step &quot;%2&quot; (%3)</source>
        <translation>Generation %1 wurde nach dem Schritt „%2“ zurückgerollt (%3)</translation>
    </message>
    <message>
        <source>The server gave no reason.</source>
        <translation>Der Server nannte keinen Grund.</translation>
    </message>
    <message>
        <source>Generation %1 keeps serving. No connection was lost.</source>
        <translation>Generation %1 bedient die Clients weiter. Keine Verbindung ging verloren.</translation>
    </message>
    <message>
        <source>Generation %1 serves again. Connections that generation %2 had accepted ended with it.</source>
        <translation>Generation %1 bedient wieder die Clients. Verbindungen, die Generation %2 angenommen hatte, endeten mit ihr.</translation>
    </message>
    <message>
        <source>Generation %1 serves again. Generation %2 finishes the connections it had accepted.</source>
        <translation>Generation %1 bedient wieder die Clients. Generation %2 führt die Verbindungen zu Ende, die sie angenommen hatte.</translation>
    </message>
    <message>
        <source>%1 (pid %2)</source>
        <translation>%1 (PID %2)</translation>
    </message>
</context>
<context>
    <name>SocketFile</name>
    <message>
        <source>It is no socket.</source>
        <translation>Es ist kein Socket.</translation>
    </message>
    <message>
        <source>A server holds the lock beside it.</source>
        <translation>Ein Server hält die Sperre daneben.</translation>
    </message>
    <message>
        <source>A server answers there.</source>
        <translation>Dort antwortet ein Server.</translation>
    </message>
    <message>
        <source>Its process %1 is stopped.</source>
        <translation>Sein Prozess %1 ist angehalten.</translation>
    </message>
    <message>
        <source>Its process %1 waits for a disk.</source>
        <translation>Sein Prozess %1 wartet auf einen Datenträger.</translation>
    </message>
    <message>
        <source>Its process %1 is dead.</source>
        <translation>Sein Prozess %1 ist tot.</translation>
    </message>
    <message>
        <source>Its process %1 is busy.</source>
        <translation>Sein Prozess %1 ist beschäftigt.</translation>
    </message>
</context>
<context>
    <name>WindowActions</name>
    <message>
        <source>&amp;Restart...</source>
        <translation>&amp;Neustart...</translation>
    </message>
    <message>
        <source>Start the next generation and hand over to it</source>
        <translation>Die nächste Generation starten und an sie übergeben</translation>
    </message>
    <message>
        <source>C&amp;ancel Restart</source>
        <translation>Neustart &amp;abbrechen</translation>
    </message>
    <message>
        <source>Give up the restart; the old generation serves on</source>
        <translation>Den Neustart aufgeben; die alte Generation bedient die Clients weiter</translation>
    </message>
    <message>
        <source>Re&amp;hearse Restart</source>
        <translation>Neustart &amp;proben</translation>
    </message>
    <message>
        <source>Start the new program until it is ready, and end it again</source>
        <translation>Das neue Programm starten, bis es bereit ist, und wieder beenden</translation>
    </message>
    <message>
        <source>Show &amp;Oldest</source>
        <translation>Ä&amp;lteste zeigen</translation>
    </message>
    <message>
        <source>Show who keeps the draining generation alive</source>
        <translation>Zeigen, wer die auslaufende Generation am Leben hält</translation>
    </message>
    <message>
        <source>&amp;Extend Drain</source>
        <translation>Auslaufen &amp;verlängern</translation>
    </message>
    <message>
        <source>Give draining generations ten minutes more</source>
        <translation>Auslaufenden Generationen zehn Minuten mehr geben</translation>
    </message>
    <message>
        <source>Close &amp;Idle</source>
        <translation>&amp;Untätige schließen</translation>
    </message>
    <message>
        <source>End those connections of the draining generation that were idle for a minute</source>
        <translation>Verbindungen der auslaufenden Generation beenden, die eine Minute untätig waren</translation>
    </message>
    <message>
        <source>C&amp;ut Off...</source>
        <translation>Rest &amp;kappen...</translation>
    </message>
    <message>
        <source>Cut all connections of the draining generation</source>
        <translation>Alle Verbindungen der auslaufenden Generation kappen</translation>
    </message>
    <message>
        <source>&amp;Shut Down...</source>
        <translation>&amp;Herunterfahren...</translation>
    </message>
    <message>
        <source>Accept nobody any more and end with the last connection</source>
        <translation>Niemanden mehr annehmen und mit der letzten Verbindung enden</translation>
    </message>
    <message>
        <source>Shut Down &amp;Now...</source>
        <translation>&amp;Sofort herunterfahren...</translation>
    </message>
    <message>
        <source>Cut all connections and end</source>
        <translation>Alle Verbindungen kappen und enden</translation>
    </message>
    <message>
        <source>Re&amp;move from List</source>
        <translation>Aus der Liste ent&amp;fernen</translation>
    </message>
    <message>
        <source>Take a server off the list that is not there any more</source>
        <translation>Einen Server aus der Liste nehmen, den es nicht mehr gibt</translation>
    </message>
    <message>
        <source>&amp;Close Connection</source>
        <translation>Verbindung &amp;schließen</translation>
    </message>
    <message>
        <source>End the selected connections politely</source>
        <translation>Die ausgewählten Verbindungen geordnet beenden</translation>
    </message>
    <message>
        <source>C&amp;ut Connection...</source>
        <translation>Verbindung &amp;kappen...</translation>
    </message>
    <message>
        <source>End the selected connections at once; what is on its way is lost</source>
        <translation>Die ausgewählten Verbindungen sofort beenden; was unterwegs ist, geht verloren</translation>
    </message>
    <message>
        <source>&amp;Details</source>
        <translation>&amp;Details</translation>
    </message>
    <message>
        <source>Show all that is known of a connection</source>
        <translation>Alles zeigen, was über eine Verbindung bekannt ist</translation>
    </message>
    <message>
        <source>C&amp;opy Rows</source>
        <translation>Zeilen k&amp;opieren</translation>
    </message>
    <message>
        <source>Copy the selected connections, for a spreadsheet</source>
        <translation>Die ausgewählten Verbindungen für eine Tabellenkalkulation kopieren</translation>
    </message>
    <message>
        <source>E&amp;xport...</source>
        <translation>&amp;Exportieren...</translation>
    </message>
    <message>
        <source>Write the connections that are shown into a file</source>
        <translation>Die gezeigten Verbindungen in eine Datei schreiben</translation>
    </message>
    <message>
        <source>&amp;Filter</source>
        <translation>&amp;Filter</translation>
    </message>
    <message>
        <source>Show only connections with certain words</source>
        <translation>Nur Verbindungen mit bestimmten Wörtern zeigen</translation>
    </message>
    <message>
        <source>&amp;Pause Updates</source>
        <translation>Aktualisierung an&amp;halten</translation>
    </message>
    <message>
        <source>Let the table stand still</source>
        <translation>Die Tabelle stillstehen lassen</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::AboutDialog</name>
    <message>
        <source>About Uninterruptible</source>
        <translation>Über Uninterruptible</translation>
    </message>
    <message>
        <source>Uninterruptible %1</source>
        <translation>Uninterruptible %1</translation>
    </message>
    <message>
        <source>Watches servers, restarts them without losing a connection, and tells what happened.
Speaks version %1 of the control protocol. MIT license.</source>
        <translation>Beobachtet Server, startet sie neu, ohne eine Verbindung zu verlieren, und berichtet, was geschah.
Spricht Version %1 des Steuerprotokolls. MIT-Lizenz.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::AddServerDialog</name>
    <message>
        <source>as your ssh is configured</source>
        <translation>wie Ihr ssh eingerichtet ist</translation>
    </message>
    <message>
        <source>the only one there</source>
        <translation>der einzige dort</translation>
    </message>
    <message>
        <source>Add Server</source>
        <translation>Server hinzufügen</translation>
    </message>
    <message>
        <source>&amp;Host:</source>
        <translation>&amp;Rechner:</translation>
    </message>
    <message>
        <source>&amp;User:</source>
        <translation>&amp;Benutzer:</translation>
    </message>
    <message>
        <source>&amp;Server:</source>
        <translation>&amp;Server:</translation>
    </message>
    <message>
        <source>Your own ssh is used, with its keys and configuration. At the other end it runs uninterruptiblectl, which has to be installed there.</source>
        <translation>Ihr eigenes ssh wird verwendet, mit seinen Schlüsseln und Einstellungen. Am anderen Ende führt es uninterruptiblectl aus, das dort installiert sein muss.</translation>
    </message>
    <message>
        <source>What ssh said</source>
        <translation>Was ssh sagte</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>Testen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Hinzufügen</translation>
    </message>
    <message>
        <source>Connecting ...</source>
        <translation>Verbindung wird aufgebaut ...</translation>
    </message>
    <message numerus="yes">
        <source>It answers: generation %1, %Ln open connection(s).</source>
        <translation>
            <numerusform>Er antwortet: Generation %1, %Ln offene Verbindung.</numerusform>
            <numerusform>Er antwortet: Generation %1, %Ln offene Verbindungen.</numerusform>
        </translation>
    </message>
    <message>
        <source>No way there: %1</source>
        <translation>Kein Weg dorthin: %1</translation>
    </message>
    <message>
        <source>db1.example, db1.example:2222, or an alias of your ssh</source>
        <translation>db1.example, db1.example:2222 oder ein Alias Ihres ssh</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::Banner</name>
    <message>
        <source>Dismiss</source>
        <translation>Ausblenden</translation>
    </message>
    <message>
        <source>Try Now</source>
        <translation>Jetzt versuchen</translation>
    </message>
    <message>
        <source>Stop Trying</source>
        <translation>Nicht weiter versuchen</translation>
    </message>
    <message>
        <source>Keep Waiting</source>
        <translation>Weiter warten</translation>
    </message>
    <message>
        <source>Disconnect</source>
        <translation>Trennen</translation>
    </message>
    <message>
        <source>Remove from List</source>
        <translation>Aus der Liste entfernen</translation>
    </message>
    <message>
        <source>Remove File...</source>
        <translation>Datei entfernen...</translation>
    </message>
    <message>
        <source>Copy Command</source>
        <translation>Befehl kopieren</translation>
    </message>
    <message>
        <source>Cut Off...</source>
        <translation>Rest kappen...</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Show Output</source>
        <translation>Ausgabe zeigen</translation>
    </message>
    <message>
        <source>Edit...</source>
        <translation>Bearbeiten...</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Es wird gewartet</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::CommandField</name>
    <message>
        <source>Command line that does the same</source>
        <translation>Befehlszeile, die dasselbe tut</translation>
    </message>
    <message>
        <source>Copy as Command</source>
        <translation>Als Befehl kopieren</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::ConfirmDialog</name>
    <message>
        <source>and %1 more</source>
        <translation>und %1 weitere</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::ConnectionModel</name>
    <message>
        <source>ID</source>
        <translation>ID</translation>
    </message>
    <message>
        <source>Generation</source>
        <translation>Generation</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Peer</source>
        <translation>Gegenstelle</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>Label</translation>
    </message>
    <message>
        <source>Open for</source>
        <translation>Offen seit</translation>
    </message>
    <message>
        <source>Idle for</source>
        <translation>Untätig seit</translation>
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
        <source>Local address</source>
        <translation>Lokale Adresse</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::ConnectionTable</name>
    <message>
        <source>Connections</source>
        <translation>Verbindungen</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>Filter</translation>
    </message>
    <message>
        <source>Filter: id, peer, label, state</source>
        <translation>Filter: ID, Gegenstelle, Label, Zustand</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::DetailsSheet</name>
    <message>
        <source>%1 (%2 ago)</source>
        <translation>%1 (vor %2)</translation>
    </message>
    <message>
        <source>%1 (%2 bytes)</source>
        <translation>%1 (%2 Byte)</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Generation</source>
        <translation>Generation</translation>
    </message>
    <message>
        <source>Peer</source>
        <translation>Gegenstelle</translation>
    </message>
    <message>
        <source>Local address</source>
        <translation>Lokale Adresse</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>Label</translation>
    </message>
    <message>
        <source>Opened</source>
        <translation>Geöffnet</translation>
    </message>
    <message>
        <source>Last active</source>
        <translation>Zuletzt aktiv</translation>
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
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Connection %1</source>
        <translation>Verbindung %1</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>Beendet</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>%1 (version %2)</source>
        <translation>%1 (Version %2)</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::DrainButtons</name>
    <message>
        <source>Extend</source>
        <translation>Verlängern</translation>
    </message>
    <message>
        <source>Give these connections more time</source>
        <translation>Diesen Verbindungen mehr Zeit geben</translation>
    </message>
    <message>
        <source>Close Idle</source>
        <translation>Untätige schließen</translation>
    </message>
    <message>
        <source>End politely what was idle for a minute</source>
        <translation>Geordnet beenden, was eine Minute untätig war</translation>
    </message>
    <message>
        <source>Cut Off...</source>
        <translation>Rest kappen...</translation>
    </message>
    <message>
        <source>End all of them at once</source>
        <translation>Alle sofort beenden</translation>
    </message>
    <message>
        <source>Show Oldest</source>
        <translation>Älteste zeigen</translation>
    </message>
    <message>
        <source>Show who has been connected for longest</source>
        <translation>Zeigen, wer am längsten verbunden ist</translation>
    </message>
    <message>
        <source>By 10 Minutes</source>
        <translation>Um 10 Minuten</translation>
    </message>
    <message>
        <source>By 1 Hour</source>
        <translation>Um 1 Stunde</translation>
    </message>
    <message>
        <source>Without Limit</source>
        <translation>Unbegrenzt</translation>
    </message>
    <message>
        <source>You may look but not change.</source>
        <translation>Sie dürfen zusehen, aber nichts ändern.</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::EmptyPage</name>
    <message>
        <source>Open Guide</source>
        <translation>Handbuch öffnen</translation>
    </message>
    <message>
        <source>A server appears here as soon as it runs, for example:
    echo-server --bind tcp://127.0.0.1:6789</source>
        <translation>Ein Server erscheint hier, sobald er läuft, zum Beispiel:
    echo-server --bind tcp://127.0.0.1:6789</translation>
    </message>
    <message>
        <source>Look Again</source>
        <translation>Erneut suchen</translation>
    </message>
    <message>
        <source>Add Server...</source>
        <translation>Server hinzufügen...</translation>
    </message>
    <message>
        <source>No server found</source>
        <translation>Kein Server gefunden</translation>
    </message>
    <message>
        <source>No server &quot;%1&quot; found</source>
        <translation>Kein Server „%1“ gefunden</translation>
    </message>
    <message>
        <source>Looked in:
    %1</source>
        <translation>Gesucht wurde in:
    %1</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::EventModel</name>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>About</source>
        <translation>Betrifft</translation>
    </message>
    <message>
        <source>Event</source>
        <translation>Ereignis</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::EventView</name>
    <message>
        <source>Events</source>
        <translation>Ereignisse</translation>
    </message>
    <message>
        <source>Nothing has happened yet.</source>
        <translation>Noch ist nichts geschehen.</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>Copy the selected events as lines of text</source>
        <translation>Die gewählten Ereignisse als Textzeilen kopieren</translation>
    </message>
    <message>
        <source>Select &amp;All</source>
        <translation>&amp;Alles auswählen</translation>
    </message>
    <message>
        <source>Select all events</source>
        <translation>Alle Ereignisse auswählen</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::GenerationCard</name>
    <message>
        <source>Open connections in the last two minutes</source>
        <translation>Offene Verbindungen in den letzten zwei Minuten</translation>
    </message>
    <message>
        <source>Accepted connections in the last two minutes</source>
        <translation>Angenommene Verbindungen in den letzten zwei Minuten</translation>
    </message>
    <message>
        <source>Connections that have finished</source>
        <translation>Verbindungen, die zu Ende sind</translation>
    </message>
    <message>
        <source>Generation %1</source>
        <translation>Generation %1</translation>
    </message>
    <message>
        <source>pid %1</source>
        <translation>PID %1</translation>
    </message>
    <message>
        <source>%1 of %2 left</source>
        <translation>noch %1 von %2</translation>
    </message>
    <message>
        <source>Generation %1, %2, %3</source>
        <translation>Generation %1, %2, %3</translation>
    </message>
    <message>
        <source>draining since %1 (%2)</source>
        <translation>läuft aus seit %1 (%2)</translation>
    </message>
    <message>
        <source>since %1 (%2)</source>
        <translation>seit %1 (%2)</translation>
    </message>
    <message>
        <source>oldest %1</source>
        <translation>älteste %1</translation>
    </message>
    <message>
        <source>cut off at %1 (in %2)</source>
        <translation>gekappt um %1 (in %2)</translation>
    </message>
    <message>
        <source>%1 new/s</source>
        <translation>%1 neu/s</translation>
    </message>
    <message>
        <source>%1, as of %2</source>
        <translation>%1, Stand %2</translation>
    </message>
    <message>
        <source>version %1</source>
        <translation>Version %1</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::GenerationCards</name>
    <message>
        <source>Generations</source>
        <translation>Generationen</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::GenerationListModel</name>
    <message>
        <source>Generation %1 - %2</source>
        <translation>Generation %1 - %2</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::HistoryModel</name>
    <message>
        <source>Outcome: %1</source>
        <translation>Ausgang: %1</translation>
    </message>
    <message>
        <source>Steps: %1</source>
        <translation>Schritte: %1</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>Generations</source>
        <translation>Generationen</translation>
    </message>
    <message>
        <source>Outcome</source>
        <translation>Ausgang</translation>
    </message>
    <message>
        <source>Took</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>Lost</source>
        <translation>Verloren</translation>
    </message>
    <message>
        <source>Asked by</source>
        <translation>Verlangt von</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::HistoryView</name>
    <message>
        <source>Restarts</source>
        <translation>Neustarts</translation>
    </message>
    <message>
        <source>It has not been restarted yet.</source>
        <translation>Er wurde noch nicht neu gestartet.</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::MainWindow</name>
    <message>
        <source>Uninterruptible</source>
        <translation>Uninterruptible</translation>
    </message>
    <message>
        <source>Written to %1</source>
        <translation>Geschrieben nach %1</translation>
    </message>
    <message>
        <source>%1 was not written: %2</source>
        <translation>%1 wurde nicht geschrieben: %2</translation>
    </message>
    <message>
        <source>%1 - Uninterruptible</source>
        <translation>%1 - Uninterruptible</translation>
    </message>
    <message>
        <source>Copied: %1</source>
        <translation>Kopiert: %1</translation>
    </message>
    <message>
        <source>What ssh said</source>
        <translation>Was ssh sagte</translation>
    </message>
    <message numerus="yes">
        <source>Copied %Ln connection(s)</source>
        <translation>
            <numerusform>%Ln Verbindung kopiert</numerusform>
            <numerusform>%Ln Verbindungen kopiert</numerusform>
        </translation>
    </message>
    <message>
        <source>Export Connections</source>
        <translation>Verbindungen exportieren</translation>
    </message>
    <message>
        <source>CSV (*.csv)</source>
        <translation>CSV (*.csv)</translation>
    </message>
    <message>
        <source>JSON (*.json)</source>
        <translation>JSON (*.json)</translation>
    </message>
    <message>
        <source>Remove the file of %1?</source>
        <translation>Die Datei von %1 entfernen?</translation>
    </message>
    <message>
        <source>%1 leads to no server any more. It is removed only if that is still so.</source>
        <translation>%1 führt zu keinem Server mehr. Die Datei wird nur entfernt, wenn das noch so ist.</translation>
    </message>
    <message>
        <source>Remove File</source>
        <translation>Datei entfernen</translation>
    </message>
    <message>
        <source>The guide was not installed with this program.</source>
        <translation>Das Handbuch wurde nicht mit diesem Programm installiert.</translation>
    </message>
    <message>
        <source>No program was found that opens %1</source>
        <translation>Kein Programm gefunden, das %1 öffnet</translation>
    </message>
    <message>
        <source>&amp;Look Again</source>
        <translation>&amp;Erneut suchen</translation>
    </message>
    <message>
        <source>Look for servers now</source>
        <translation>Jetzt nach Servern suchen</translation>
    </message>
    <message>
        <source>A&amp;dd Server...</source>
        <translation>Server hin&amp;zufügen...</translation>
    </message>
    <message>
        <source>Take a server into the list that is reached by ssh</source>
        <translation>Einen Server in die Liste aufnehmen, der über ssh erreicht wird</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>Been&amp;den</translation>
    </message>
    <message>
        <source>End this program; the servers go on</source>
        <translation>Dieses Programm beenden; die Server laufen weiter</translation>
    </message>
    <message>
        <source>P&amp;references...</source>
        <translation>&amp;Einstellungen...</translation>
    </message>
    <message>
        <source>Choose how this program shows things</source>
        <translation>Wählen, wie dieses Programm Dinge zeigt</translation>
    </message>
    <message>
        <source>&amp;Keyboard Shortcuts</source>
        <translation>&amp;Tastenkürzel</translation>
    </message>
    <message>
        <source>Show all keys of this program</source>
        <translation>Alle Tasten dieses Programms zeigen</translation>
    </message>
    <message>
        <source>Open &amp;Guide</source>
        <translation>&amp;Handbuch öffnen</translation>
    </message>
    <message>
        <source>Read how this program is used</source>
        <translation>Lesen, wie man dieses Programm benutzt</translation>
    </message>
    <message>
        <source>&amp;About Uninterruptible</source>
        <translation>Ü&amp;ber Uninterruptible</translation>
    </message>
    <message>
        <source>Show the version</source>
        <translation>Die Version zeigen</translation>
    </message>
    <message>
        <source>&amp;Server</source>
        <translation>&amp;Server</translation>
    </message>
    <message>
        <source>Copy as &amp;Command</source>
        <translation>Als &amp;Befehl kopieren</translation>
    </message>
    <message>
        <source>&amp;Connection</source>
        <translation>&amp;Verbindung</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Columns</source>
        <translation>&amp;Spalten</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>Copy as Command</source>
        <translation>Als Befehl kopieren</translation>
    </message>
    <message>
        <source>Actions</source>
        <translation>Aktionen</translation>
    </message>
    <message>
        <source>Your user may look at the server, but not at the program&apos;s log.</source>
        <translation>Ihr Benutzer darf den Server ansehen, nicht aber das Protokoll des Programms.</translation>
    </message>
    <message>
        <source>Show &amp;Events</source>
        <translation>E&amp;reignisse zeigen</translation>
    </message>
    <message>
        <source>Show what happens to the server, or hide it</source>
        <translation>Zeigen, was dem Server geschieht, oder es verbergen</translation>
    </message>
    <message>
        <source>Show the restarts of the server so far, or hide them</source>
        <translation>Die bisherigen Neustarts des Servers zeigen oder verbergen</translation>
    </message>
    <message>
        <source>Show &amp;Log Lines</source>
        <translation>&amp;Protokollzeilen zeigen</translation>
    </message>
    <message>
        <source>Show what the program logs among the events</source>
        <translation>Unter den Ereignissen zeigen, was das Programm protokolliert</translation>
    </message>
    <message>
        <source>Show Re&amp;starts</source>
        <translation>&amp;Neustarts zeigen</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::OutputDialog</name>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::PastPanel</name>
    <message>
        <source>What has happened</source>
        <translation>Was geschehen ist</translation>
    </message>
    <message>
        <source>Events</source>
        <translation>Ereignisse</translation>
    </message>
    <message>
        <source>Restarts</source>
        <translation>Neustarts</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::PreferencesDialog</name>
    <message>
        <source>&amp;Ask again before every restart</source>
        <translation>Vor jedem Neustart &amp;wieder fragen</translation>
    </message>
    <message>
        <source>Stay in the t&amp;ray when the window is closed, and notify</source>
        <translation>Beim Schließen des Fensters im &amp;Infobereich bleiben und benachrichtigen</translation>
    </message>
    <message>
        <source>Preferences</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>1 kB is 1,000 bytes</source>
        <translation>1 kB sind 1.000 Byte</translation>
    </message>
    <message>
        <source>1 KiB is 1,024 bytes</source>
        <translation>1 KiB sind 1.024 Byte</translation>
    </message>
    <message>
        <source>How long ago</source>
        <translation>Wie lange es her ist</translation>
    </message>
    <message>
        <source>The time of day</source>
        <translation>Die Uhrzeit</translation>
    </message>
    <message>
        <source>5 times a second</source>
        <translation>5-mal pro Sekunde</translation>
    </message>
    <message>
        <source>Twice a second</source>
        <translation>Zweimal pro Sekunde</translation>
    </message>
    <message>
        <source>Every second</source>
        <translation>Jede Sekunde</translation>
    </message>
    <message>
        <source>Every 5 seconds</source>
        <translation>Alle 5 Sekunden</translation>
    </message>
    <message>
        <source>All servers are asked about.</source>
        <translation>Bei allen Servern wird gefragt.</translation>
    </message>
    <message>
        <source>Tells of restarts that failed or, while the window is out of sight, finished, and of servers that were lost.</source>
        <translation>Meldet Neustarts, die fehlschlugen oder, während das Fenster nicht zu sehen ist, abgeschlossen sind, und Server, die verloren gingen.</translation>
    </message>
    <message>
        <source>This desktop has no tray.</source>
        <translation>Diese Arbeitsumgebung hat keinen Infobereich.</translation>
    </message>
    <message>
        <source>&amp;Sizes:</source>
        <translation>&amp;Größen:</translation>
    </message>
    <message>
        <source>&amp;Times in the table:</source>
        <translation>&amp;Zeiten in der Tabelle:</translation>
    </message>
    <message>
        <source>&amp;Updates at most:</source>
        <translation>&amp;Aktualisierung höchstens:</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::RestartDialog</name>
    <message>
        <source>&amp;Cut off what is left after</source>
        <translation>Rest &amp;kappen nach</translation>
    </message>
    <message>
        <source>&amp;Trial of the new generation</source>
        <translation>&amp;Probezeit der neuen Generation</translation>
    </message>
    <message>
        <source>Re&amp;hearse only: start the new program until it is ready, and end it</source>
        <translation>Nur pro&amp;ben: das neue Programm starten, bis es bereit ist, und wieder beenden</translation>
    </message>
    <message>
        <source>&amp;Do not ask again for this server</source>
        <translation>Bei diesem Server &amp;nicht mehr fragen</translation>
    </message>
    <message>
        <source>Restart %1?</source>
        <translation>%1 neu starten?</translation>
    </message>
    <message>
        <source>New connections go to a new process. Those that are open (%1) may finish on the old one. If the new process does not get ready, the old one goes on serving.</source>
        <translation>Neue Verbindungen gehen an einen neuen Prozess. Die offenen (%1) dürfen auf dem alten zu Ende gehen. Wird der neue Prozess nicht bereit, bedient der alte die Clients weiter.</translation>
    </message>
    <message>
        <source>&amp;Program that is started:</source>
        <translation>Gestartetes Pro&amp;gramm:</translation>
    </message>
    <message>
        <source>seconds</source>
        <translation>Sekunden</translation>
    </message>
    <message>
        <source>minutes</source>
        <translation>Minuten</translation>
    </message>
    <message>
        <source>hours</source>
        <translation>Stunden</translation>
    </message>
    <message>
        <source>Unit of the time to drain</source>
        <translation>Einheit der Auslaufzeit</translation>
    </message>
    <message>
        <source>Time to drain</source>
        <translation>Auslaufzeit</translation>
    </message>
    <message>
        <source>Otherwise: never</source>
        <translation>Sonst: nie</translation>
    </message>
    <message>
        <source>Otherwise: after %1</source>
        <translation>Sonst: nach %1</translation>
    </message>
    <message>
        <source> s</source>
        <translation> s</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>Length of the trial</source>
        <translation>Länge der Probezeit</translation>
    </message>
    <message>
        <source>Otherwise: none</source>
        <translation>Sonst: keine</translation>
    </message>
    <message>
        <source>Otherwise: %1</source>
        <translation>Sonst: %1</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Restart</source>
        <translation>Neu starten</translation>
    </message>
    <message>
        <source>Rehearse</source>
        <translation>Proben</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::RestartSheet</name>
    <message>
        <source>Copy Report</source>
        <translation>Bericht kopieren</translation>
    </message>
    <message>
        <source>Report of the restart</source>
        <translation>Bericht über den Neustart</translation>
    </message>
    <message>
        <source>Restart %1: %2</source>
        <translation>Neustart %1: %2</translation>
    </message>
    <message>
        <source>Restart %1: %2, %3</source>
        <translation>Neustart %1: %2, %3</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::RestartStrip</name>
    <message>
        <source>Cancel Restart</source>
        <translation>Neustart abbrechen</translation>
    </message>
    <message>
        <source>Try Again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Copy Report</source>
        <translation>Bericht kopieren</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Ausblenden</translation>
    </message>
    <message>
        <source>Last lines the new process wrote</source>
        <translation>Letzte Zeilen, die der neue Prozess schrieb</translation>
    </message>
    <message>
        <source>Roll Back</source>
        <translation>Zurückrollen</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::ScopeBar</name>
    <message>
        <source>Which connections are shown</source>
        <translation>Welche Verbindungen gezeigt werden</translation>
    </message>
    <message>
        <source>All %1</source>
        <translation>Alle %1</translation>
    </message>
    <message>
        <source>Generation %1: %2</source>
        <translation>Generation %1: %2</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::ServerCommands</name>
    <message>
        <source>Shut down %1?</source>
        <translation>%1 herunterfahren?</translation>
    </message>
    <message>
        <source>New clients are refused from now on. Those that are connected (%1) may finish; %2 ends with the last one.</source>
        <translation>Neue Clients werden ab jetzt abgewiesen. Die verbundenen (%1) dürfen zu Ende kommen; %2 endet mit dem letzten.</translation>
    </message>
    <message>
        <source>Shut Down</source>
        <translation>Herunterfahren</translation>
    </message>
    <message numerus="yes">
        <source>Cut %Ln connection(s) and end %1 now?</source>
        <translation>
            <numerusform>%Ln Verbindung kappen und %1 jetzt beenden?</numerusform>
            <numerusform>%Ln Verbindungen kappen und %1 jetzt beenden?</numerusform>
        </translation>
    </message>
    <message>
        <source>What has not been delivered yet is lost. New clients are refused.</source>
        <translation>Was noch nicht zugestellt ist, geht verloren. Neue Clients werden abgewiesen.</translation>
    </message>
    <message>
        <source>Shut Down Now</source>
        <translation>Sofort herunterfahren</translation>
    </message>
    <message numerus="yes">
        <source>Closing %Ln connection(s)</source>
        <translation>
            <numerusform>%Ln Verbindung wird geschlossen</numerusform>
            <numerusform>%Ln Verbindungen werden geschlossen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Closing %Ln connection(s) in %1 s</source>
        <translation>
            <numerusform>%Ln Verbindung wird in %1 s geschlossen</numerusform>
            <numerusform>%Ln Verbindungen werden in %1 s geschlossen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Close %Ln connection(s)?</source>
        <translation>
            <numerusform>%Ln Verbindung schließen?</numerusform>
            <numerusform>%Ln Verbindungen schließen?</numerusform>
        </translation>
    </message>
    <message>
        <source>Each client gets what the server still has to say to it, and then the end of the connection.</source>
        <translation>Jeder Client bekommt noch, was der Server ihm zu sagen hat, und dann das Ende der Verbindung.</translation>
    </message>
    <message numerus="yes">
        <source>Close Connection(s)</source>
        <translation>
            <numerusform>Verbindung schließen</numerusform>
            <numerusform>Verbindungen schließen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Cut %Ln connection(s) now?</source>
        <translation>
            <numerusform>%Ln Verbindung jetzt kappen?</numerusform>
            <numerusform>%Ln Verbindungen jetzt kappen?</numerusform>
        </translation>
    </message>
    <message>
        <source>Both directions end at once. What has not been delivered yet is lost.</source>
        <translation>Beide Richtungen enden sofort. Was noch nicht zugestellt ist, geht verloren.</translation>
    </message>
    <message numerus="yes">
        <source>Cut Connection(s)</source>
        <translation>
            <numerusform>Verbindung kappen</numerusform>
            <numerusform>Verbindungen kappen</numerusform>
        </translation>
    </message>
    <message>
        <source>Closing what was idle for a minute in generation %1</source>
        <translation>In Generation %1 wird geschlossen, was eine Minute untätig war</translation>
    </message>
    <message>
        <source>Closing what was idle for a minute in generation %2, in %1 s</source>
        <translation>In %1 s wird in Generation %2 geschlossen, was eine Minute untätig war</translation>
    </message>
    <message>
        <source>Generation %1 ends with them. Both directions end at once. What has not been delivered yet is lost.</source>
        <translation>Generation %1 endet mit ihnen. Beide Richtungen enden sofort. Was noch nicht zugestellt ist, geht verloren.</translation>
    </message>
    <message>
        <source>The restart begins when the one that goes on has ended</source>
        <translation>Der Neustart beginnt, wenn der laufende zu Ende ist</translation>
    </message>
    <message numerus="yes">
        <source>Cut %Ln connection(s)</source>
        <translation>
            <numerusform>%Ln Verbindung gekappt</numerusform>
            <numerusform>%Ln Verbindungen gekappt</numerusform>
        </translation>
    </message>
    <message>
        <source>Generation %1 is cut off at %2</source>
        <translation>Generation %1 wird um %2 gekappt</translation>
    </message>
    <message>
        <source>Generation %1 is not cut off</source>
        <translation>Generation %1 wird nicht gekappt</translation>
    </message>
    <message>
        <source>No restart: %1</source>
        <translation>Kein Neustart: %1</translation>
    </message>
    <message>
        <source>No rehearsal: %1</source>
        <translation>Kein Probelauf: %1</translation>
    </message>
    <message>
        <source>Not cancelled: %1</source>
        <translation>Nicht abgebrochen: %1</translation>
    </message>
    <message>
        <source>Not shut down: %1</source>
        <translation>Nicht heruntergefahren: %1</translation>
    </message>
    <message>
        <source>Not closed: %1</source>
        <translation>Nicht geschlossen: %1</translation>
    </message>
    <message>
        <source>Not cut: %1</source>
        <translation>Nicht gekappt: %1</translation>
    </message>
    <message>
        <source>Not extended: %1</source>
        <translation>Nicht verlängert: %1</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::ServerHeader</name>
    <message>
        <source>generation %1 up %2</source>
        <translation>Generation %1 läuft seit %2</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::ServerLink</name>
    <message>
        <source>%1 speaks protocol %2, this program speaks %3.</source>
        <translation>%1 spricht Protokoll %2, dieses Programm spricht %3.</translation>
    </message>
    <message>
        <source>There is no connection to the server.</source>
        <translation>Es besteht keine Verbindung zum Server.</translation>
    </message>
    <message>
        <source>The connection to the server ended before it answered.</source>
        <translation>Die Verbindung zum Server endete, bevor er antwortete.</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::ServerListModel</name>
    <message>
        <source>This Computer</source>
        <translation>Dieser Rechner</translation>
    </message>
    <message>
        <source>%1 on %2: %3</source>
        <translation>%1 auf %2: %3</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::ServerListView</name>
    <message>
        <source>ended</source>
        <translation>beendet</translation>
    </message>
    <message>
        <source>gone</source>
        <translation>fort</translation>
    </message>
    <message>
        <source>lost</source>
        <translation>verloren</translation>
    </message>
    <message>
        <source>denied</source>
        <translation>verwehrt</translation>
    </message>
    <message>
        <source>not trusted</source>
        <translation>kein Vertrauen</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>unbekannt</translation>
    </message>
    <message>
        <source>no way</source>
        <translation>kein Weg</translation>
    </message>
    <message>
        <source>silent</source>
        <translation>stumm</translation>
    </message>
    <message>
        <source>Servers</source>
        <translation>Server</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::ServerNotices</name>
    <message>
        <source>The restart of %1 was rolled back</source>
        <translation>Der Neustart von %1 wurde zurückgerollt</translation>
    </message>
    <message>
        <source>The restart of %1 failed</source>
        <translation>Der Neustart von %1 ist fehlgeschlagen</translation>
    </message>
    <message>
        <source>%1 has restarted</source>
        <translation>%1 wurde neu gestartet</translation>
    </message>
    <message>
        <source>Lost %1</source>
        <translation>%1 ging verloren</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::ServerPage</name>
    <message>
        <source>The file was not removed: %1</source>
        <translation>Die Datei wurde nicht entfernt: %1</translation>
    </message>
    <message numerus="yes">
        <source>Paused at %1. %Ln change(s) waiting.</source>
        <translation>
            <numerusform>Angehalten um %1. %Ln Änderung wartet.</numerusform>
            <numerusform>Angehalten um %1. %Ln Änderungen warten.</numerusform>
        </translation>
    </message>
    <message>
        <source>You look at %1 without changing it, as this program was started with --read-only.</source>
        <translation>Sie sehen %1 nur zu, denn dieses Programm wurde mit --read-only gestartet.</translation>
    </message>
    <message>
        <source>You may look at %1 but not change it: your user is neither the server&apos;s own nor in its operate group.</source>
        <translation>Sie dürfen %1 zusehen, aber nichts ändern: Ihr Benutzer ist weder der des Servers noch in dessen Bediengruppe.</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::ShortcutsDialog</name>
    <message>
        <source>Keyboard Shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Taste</translation>
    </message>
    <message>
        <source>What it does</source>
        <translation>Was sie tut</translation>
    </message>
    <message>
        <source>Ctrl+1 to Ctrl+9</source>
        <translation>Strg+1 bis Strg+9</translation>
    </message>
    <message>
        <source>Choose a server</source>
        <translation>Einen Server wählen</translation>
    </message>
    <message>
        <source>Ctrl+Z</source>
        <translation>Strg+Z</translation>
    </message>
    <message>
        <source>Undo, as long as it is offered</source>
        <translation>Rückgängig machen, solange es angeboten wird</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Clear the filter, leave a dialog</source>
        <translation>Den Filter leeren, einen Dialog verlassen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::SshTransport</name>
    <message>
        <source>ssh ended with status %1</source>
        <translation>ssh endete mit Status %1</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::StatusLine</name>
    <message>
        <source>Looking for servers</source>
        <translation>Server werden gesucht</translation>
    </message>
    <message>
        <source>%1 selected of %2</source>
        <translation>%1 von %2 ausgewählt</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>up to date</source>
        <translation>aktuell</translation>
    </message>
    <message>
        <source>as of %1</source>
        <translation>Stand %1</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::StepStop</name>
    <message>
        <source>%1: not yet</source>
        <translation>%1: noch nicht</translation>
    </message>
    <message>
        <source>%1: going on</source>
        <translation>%1: läuft</translation>
    </message>
    <message>
        <source>%1: not reached</source>
        <translation>%1: nicht erreicht</translation>
    </message>
    <message>
        <source>%1: reached after %2</source>
        <translation>%1: erreicht nach %2</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::StepTrack</name>
    <message>
        <source>Steps of the restart</source>
        <translation>Schritte des Neustarts</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::TableColumns</name>
    <message>
        <source>Usual Columns</source>
        <translation>Übliche Spalten</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::TableNote</name>
    <message>
        <source>Clear Filter</source>
        <translation>Filter leeren</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy the command that connects</source>
        <translation>Den Befehl kopieren, der verbindet</translation>
    </message>
    <message>
        <source>This generation has no connection.</source>
        <translation>Diese Generation hat keine Verbindung.</translation>
    </message>
    <message>
        <source>No connection matches &quot;%1&quot;.</source>
        <translation>Keine Verbindung passt zu „%1“.</translation>
    </message>
    <message>
        <source>Nobody is connected.</source>
        <translation>Niemand ist verbunden.</translation>
    </message>
    <message>
        <source>Nobody is connected.
Try: %1</source>
        <translation>Niemand ist verbunden.
Versuchen Sie: %1</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::Tray</name>
    <message>
        <source>&amp;Show Window</source>
        <translation>&amp;Fenster zeigen</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>Uninterruptible</source>
        <translation>Uninterruptible</translation>
    </message>
    <message>
        <source>The restart goes on</source>
        <translation>Der Neustart geht weiter</translation>
    </message>
    <message>
        <source>It is the server&apos;s and needs no window. This program stays in the tray and tells how the restart ends; the menu of its icon has Quit.</source>
        <translation>Er ist Sache des Servers und braucht kein Fenster. Dieses Programm bleibt im Infobereich und meldet, wie der Neustart endet; im Menü seines Symbols steht „Beenden“.</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::UndoBar</name>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>Time left to undo</source>
        <translation>Zeit, die zum Rückgängigmachen bleibt</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::WindowActions</name>
    <message>
        <source>Copy the command line that does the same</source>
        <translation>Die Befehlszeile kopieren, die dasselbe tut</translation>
    </message>
    <message>
        <source>Roll &amp;Back</source>
        <translation>Zurück&amp;rollen</translation>
    </message>
    <message>
        <source>C&amp;ancel Restart</source>
        <translation>Neustart &amp;abbrechen</translation>
    </message>
</context>
<context>
    <name>wording</name>
    <message>
        <source>%1 ms</source>
        <translation>%1 ms</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 m %2 s</source>
        <translation>%1 min %2 s</translation>
    </message>
    <message>
        <source>%1 h %2 m</source>
        <translation>%1 h %2 min</translation>
    </message>
    <message>
        <source>%1 d %2 h</source>
        <translation>%1 d %2 h</translation>
    </message>
    <message>
        <source>1 connection</source>
        <translation>1 Verbindung</translation>
    </message>
    <message numerus="yes">
        <source>%Ln connections</source>
        <translation>
            <numerusform>%Ln Verbindung</numerusform>
            <numerusform>%Ln Verbindungen</numerusform>
        </translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>Startet</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>Aktiv</translation>
    </message>
    <message>
        <source>Standby</source>
        <translation>Bereitschaft</translation>
    </message>
    <message>
        <source>Draining</source>
        <translation>Läuft aus</translation>
    </message>
    <message>
        <source>Stopping</source>
        <translation>Endet</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Offen</translation>
    </message>
    <message>
        <source>Closing</source>
        <translation>Schließt</translation>
    </message>
    <message>
        <source>Requested</source>
        <translation>Angefordert</translation>
    </message>
    <message>
        <source>Spawned</source>
        <translation>Gestartet</translation>
    </message>
    <message>
        <source>Connected</source>
        <translation>Verbunden</translation>
    </message>
    <message>
        <source>Offered</source>
        <translation>Angeboten</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>Bereit</translation>
    </message>
    <message>
        <source>Committed</source>
        <translation>Übergeben</translation>
    </message>
    <message>
        <source>Trial</source>
        <translation>Probezeit</translation>
    </message>
    <message>
        <source>Final</source>
        <translation>Endgültig</translation>
    </message>
    <message>
        <source>Finished</source>
        <translation>Beendet</translation>
    </message>
    <message>
        <source>Rehearsed</source>
        <translation>Geprobt</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Rolled back</source>
        <translation>Zurückgerollt</translation>
    </message>
    <message>
        <source>Process %1 exited with status %2.</source>
        <translation>Prozess %1 endete mit Status %2.</translation>
    </message>
    <message>
        <source>Process %1 was ended by signal %2.</source>
        <translation>Prozess %1 wurde durch Signal %2 beendet.</translation>
    </message>
</context>
</TS>
