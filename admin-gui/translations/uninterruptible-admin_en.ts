<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>LinkText</name>
    <message numerus="yes">
        <source>%1 is shutting down, %Ln connection(s) left.</source>
        <translation>
            <numerusform>%1 is shutting down, %Ln connection left.</numerusform>
            <numerusform>%1 is shutting down, %Ln connections left.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::AddServerDialog</name>
    <message numerus="yes">
        <source>It answers: generation %1, %Ln open connection(s).</source>
        <translation>
            <numerusform>It answers: generation %1, %Ln open connection.</numerusform>
            <numerusform>It answers: generation %1, %Ln open connections.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::MainWindow</name>
    <message numerus="yes">
        <source>Copied %Ln connection(s)</source>
        <translation>
            <numerusform>Copied %Ln connection</numerusform>
            <numerusform>Copied %Ln connections</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::ServerCommands</name>
    <message numerus="yes">
        <source>Cut %Ln connection(s) and end %1 now?</source>
        <translation>
            <numerusform>Cut %Ln connection and end %1 now?</numerusform>
            <numerusform>Cut %Ln connections and end %1 now?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Closing %Ln connection(s)</source>
        <translation>
            <numerusform>Closing %Ln connection</numerusform>
            <numerusform>Closing %Ln connections</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Closing %Ln connection(s) in %1 s</source>
        <translation>
            <numerusform>Closing %Ln connection in %1 s</numerusform>
            <numerusform>Closing %Ln connections in %1 s</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Close %Ln connection(s)?</source>
        <translation>
            <numerusform>Close %Ln connection?</numerusform>
            <numerusform>Close %Ln connections?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Close Connection(s)</source>
        <translation>
            <numerusform>Close Connection</numerusform>
            <numerusform>Close Connections</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Cut %Ln connection(s) now?</source>
        <translation>
            <numerusform>Cut %Ln connection now?</numerusform>
            <numerusform>Cut %Ln connections now?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Cut Connection(s)</source>
        <translation>
            <numerusform>Cut Connection</numerusform>
            <numerusform>Cut Connections</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Cut %Ln connection(s)</source>
        <translation>
            <numerusform>Cut %Ln connection</numerusform>
            <numerusform>Cut %Ln connections</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::ServerPage</name>
    <message numerus="yes">
        <source>Paused at %1. %Ln change(s) waiting.</source>
        <translation>
            <numerusform>Paused at %1. %Ln change waiting.</numerusform>
            <numerusform>Paused at %1. %Ln changes waiting.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>wording</name>
    <message numerus="yes">
        <source>%Ln connections</source>
        <translation>
            <numerusform>%Ln connection</numerusform>
            <numerusform>%Ln connections</numerusform>
        </translation>
    </message>
</context>
</TS>
