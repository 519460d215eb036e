<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="es" sourcelanguage="en">
<context>
    <name>ActionRules</name>
    <message>
        <source>No server is selected.</source>
        <translation>No hay ningún servidor seleccionado.</translation>
    </message>
    <message>
        <source>The server has ended.</source>
        <translation>El servidor ha terminado.</translation>
    </message>
    <message>
        <source>There is no connection to the server.</source>
        <translation>No hay conexión con el servidor.</translation>
    </message>
    <message>
        <source>You may look but not change: your user is neither the server&apos;s own nor in its operate group.</source>
        <translation>Puede mirar pero no cambiar nada: su usuario no es el del servidor ni pertenece a su grupo de operadores.</translation>
    </message>
    <message>
        <source>The server is shutting down.</source>
        <translation>El servidor se está apagando.</translation>
    </message>
    <message>
        <source>A restart is going on already.</source>
        <translation>Ya hay un reinicio en curso.</translation>
    </message>
    <message>
        <source>No restart is going on.</source>
        <translation>No hay ningún reinicio en curso.</translation>
    </message>
    <message>
        <source>The new generation is in charge: there is no way back.</source>
        <translation>La nueva generación está al mando: no hay vuelta atrás.</translation>
    </message>
    <message>
        <source>No connection is selected.</source>
        <translation>No hay ninguna conexión seleccionada.</translation>
    </message>
    <message>
        <source>No generation is draining.</source>
        <translation>No hay ninguna generación en drenaje.</translation>
    </message>
    <message>
        <source>No generation is going to be cut off.</source>
        <translation>No se va a cortar ninguna generación.</translation>
    </message>
    <message>
        <source>The server is shutting down already.</source>
        <translation>El servidor ya se está apagando.</translation>
    </message>
    <message>
        <source>There is no connection to export.</source>
        <translation>No hay ninguna conexión que exportar.</translation>
    </message>
    <message>
        <source>The server runs: it would come back at once.</source>
        <translation>El servidor está en marcha: volvería al momento.</translation>
    </message>
</context>
<context>
    <name>EventFeed</name>
    <message>
        <source>What happened before step %1 is not remembered any more</source>
        <translation>Lo ocurrido antes del paso %1 ya no se recuerda</translation>
    </message>
    <message>
        <source>The steps leap from %1 to %2: what came between is not known</source>
        <translation>Los pasos saltan del %1 al %2: lo que hubo entre ellos no se conoce</translation>
    </message>
    <message>
        <source>1 line of the log is lost</source>
        <translation>Se ha perdido 1 línea del registro</translation>
    </message>
    <message>
        <source>%1 lines of the log are lost</source>
        <translation>Se han perdido %1 líneas del registro</translation>
    </message>
    <message>
        <source>has ended</source>
        <translation>ha terminado</translation>
    </message>
    <message>
        <source>There was no contact since %1: of that time only the steps of restarts are known</source>
        <translation>Sin contacto desde %1: de ese tiempo solo se conocen los pasos de los reinicios</translation>
    </message>
    <message>
        <source>Another server of this name: its steps count from the beginning</source>
        <translation>Otro servidor con este nombre: sus pasos cuentan desde el principio</translation>
    </message>
    <message>
        <source>1 line of the log is left out, as they come faster than they can be read</source>
        <translation>Se omite 1 línea del registro: llegan más rápido de lo que se puede leer</translation>
    </message>
    <message>
        <source>%1 lines of the log are left out, as they come faster than they can be read</source>
        <translation>Se omiten %1 líneas del registro: llegan más rápido de lo que se puede leer</translation>
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
        <translation>Reinicio</translation>
    </message>
    <message>
        <source>Generation</source>
        <translation>Generación</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Servidor</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Registro</translation>
    </message>
    <message>
        <source>Gap</source>
        <translation>Hueco</translation>
    </message>
    <message>
        <source>%1: %2 after %3, generation %4</source>
        <translation>%1: %2 tras %3, generación %4</translation>
    </message>
    <message>
        <source>%1: %2 after %3, generation %4, at &quot;%5&quot;</source>
        <translation>%1: %2 tras %3, generación %4, en «%5»</translation>
    </message>
    <message>
        <source>shuts down, %1 open may finish</source>
        <translation>se cierra; %1 abiertas pueden terminar</translation>
    </message>
    <message>
        <source>%1: %2, in charge, %3</source>
        <translation>%1: %2, al mando, %3</translation>
    </message>
    <message>
        <source>%1: %2, %3</source>
        <translation>%1: %2, %3</translation>
    </message>
    <message>
        <source>%1, version %2</source>
        <comment>a generation and its program&apos;s version</comment>
        <translation>%1, versión %2</translation>
    </message>
    <message>
        <source>%1: gone</source>
        <translation>%1: ya no está</translation>
    </message>
</context>
<context>
    <name>LinkText</name>
    <message>
        <source>Not trying any more.</source>
        <translation>No se vuelve a intentar.</translation>
    </message>
    <message>
        <source>Trying again in %1 (attempt %2).</source>
        <translation>Se vuelve a intentar en %1 (intento %2).</translation>
    </message>
    <message>
        <source>Connecting to %1 ...</source>
        <translation>Conectando con %1 ...</translation>
    </message>
    <message>
        <source>Connected to %1</source>
        <translation>Conectado con %1</translation>
    </message>
    <message>
        <source>Connected to %1, observing only</source>
        <translation>Conectado con %1, solo para observar</translation>
    </message>
    <message numerus="yes">
        <source>%1 is shutting down, %Ln connection(s) left.</source>
        <translation>
            <numerusform>%1 se está apagando, queda %Ln conexión.</numerusform>
            <numerusform>%1 se está apagando, quedan %Ln conexiones.</numerusform>
        </translation>
    </message>
    <message>
        <source>Lost %1 at %2.</source>
        <translation>Se perdió %1 a las %2.</translation>
    </message>
    <message>
        <source>There is no connection to %1.</source>
        <translation>No hay conexión con %1.</translation>
    </message>
    <message>
        <source>%1 cannot be reached (%2).</source>
        <translation>No se puede alcanzar %1 (%2).</translation>
    </message>
    <message>
        <source>No connection to %1</source>
        <translation>Sin conexión con %1</translation>
    </message>
    <message>
        <source>%1 was left behind by a server that is no longer running.</source>
        <translation>%1 es un resto de un servidor que ya no está en marcha.</translation>
    </message>
    <message>
        <source>%1 was left behind by a server that is no longer running (since %2).</source>
        <translation>%1 es un resto de un servidor que ya no está en marcha (desde %2).</translation>
    </message>
    <message>
        <source>%1 is not running</source>
        <translation>%1 no está en marcha</translation>
    </message>
    <message>
        <source>You may not open %1 (owner %2, group %3, mode %4).</source>
        <translation>No tiene permiso para abrir %1 (propietario %2, grupo %3, modo %4).</translation>
    </message>
    <message>
        <source>You may not control %1.</source>
        <translation>No tiene permiso para controlar %1.</translation>
    </message>
    <message>
        <source>No permission for %1</source>
        <translation>Sin permiso para %1</translation>
    </message>
    <message>
        <source>%1 does not answer.</source>
        <translation>%1 no responde.</translation>
    </message>
    <message>
        <source>Its process may be stopped or busy.</source>
        <translation>Puede que su proceso esté detenido u ocupado.</translation>
    </message>
    <message>
        <source>%1 does not answer</source>
        <translation>%1 no responde</translation>
    </message>
    <message>
        <source>Following %1 to its next generation</source>
        <translation>Siguiendo a %1 a su próxima generación</translation>
    </message>
    <message>
        <source>%1 is not trusted</source>
        <translation>%1 no es de confianza</translation>
    </message>
    <message>
        <source>Nothing was sent to %1: %2</source>
        <translation>No se ha enviado nada a %1: %2</translation>
    </message>
    <message>
        <source>%1 cannot be understood</source>
        <translation>No se entiende a %1</translation>
    </message>
    <message>
        <source>Use versions of server and program that fit together.</source>
        <translation>Use versiones del servidor y del programa que sean compatibles.</translation>
    </message>
    <message>
        <source>No way to %1</source>
        <translation>No hay acceso a %1</translation>
    </message>
    <message>
        <source>%1 cannot be reached through ssh to %2: %3</source>
        <translation>No se puede alcanzar %1 por ssh a %2: %3</translation>
    </message>
    <message>
        <source>%1 has ended</source>
        <translation>%1 ha terminado</translation>
    </message>
    <message>
        <source>%1 ended at %2.</source>
        <translation>%1 terminó a las %2.</translation>
    </message>
    <message>
        <source>Following %1 to generation %2</source>
        <translation>Siguiendo a %1 a la generación %2</translation>
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
        <translation>pedido por la señal USR1</translation>
    </message>
    <message>
        <source>asked for by the program itself</source>
        <translation>pedido por el propio programa</translation>
    </message>
    <message>
        <source>repeated by the generation that took over</source>
        <translation>repetido por la generación que tomó el relevo</translation>
    </message>
    <message>
        <source>asked for by %1</source>
        <translation>pedido por %1</translation>
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
        <translation>%1: reinicio %2: %3</translation>
    </message>
    <message>
        <source>%1 at &quot;%2&quot;</source>
        <comment>an outcome and the step before it</comment>
        <translation>%1 en «%2»</translation>
    </message>
    <message>
        <source>requested</source>
        <translation>solicitado</translation>
    </message>
    <message>
        <source>%1 by %2</source>
        <translation>%1 por %2</translation>
    </message>
    <message>
        <source>generations</source>
        <translation>generaciones</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>desconocido</translation>
    </message>
    <message>
        <source>versions</source>
        <translation>versiones</translation>
    </message>
    <message>
        <source>took</source>
        <translation>duración</translation>
    </message>
    <message>
        <source>reason</source>
        <translation>motivo</translation>
    </message>
    <message>
        <source>new process</source>
        <translation>proceso nuevo</translation>
    </message>
    <message>
        <source>lost</source>
        <translation>perdido</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Pasos</translation>
    </message>
    <message>
        <source>Ledger</source>
        <translation>Balance</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>En curso</translation>
    </message>
    <message>
        <source>Draining</source>
        <translation>En drenaje</translation>
    </message>
    <message>
        <source>Finished</source>
        <translation>Terminado</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fallido</translation>
    </message>
    <message>
        <source>Rolled back</source>
        <translation>Revertido</translation>
    </message>
    <message>
        <source>Rehearsed</source>
        <translation>Ensayado</translation>
    </message>
    <message>
        <source>Crashed</source>
        <translation>Caído</translation>
    </message>
</context>
<context>
    <name>RestartLedger</name>
    <message>
        <source>1 connection</source>
        <translation>1 conexión</translation>
    </message>
    <message>
        <source>%1 connections</source>
        <translation>%1 conexiones</translation>
    </message>
    <message>
        <source>%1 before the request</source>
        <translation>%1 antes de la solicitud</translation>
    </message>
    <message>
        <source>%1 after the request</source>
        <translation>%1 después de la solicitud</translation>
    </message>
    <message>
        <source>%1 at final: %2 finished</source>
        <translation>%1 en «final»: %2 terminaron</translation>
    </message>
    <message>
        <source>%1 (%2 of them were asked to)</source>
        <translation>%1 (%2 de ellas a petición)</translation>
    </message>
    <message>
        <source>%1, %2 was cut</source>
        <translation>%1, %2 se cortó</translation>
    </message>
    <message>
        <source>%1, %2 were cut</source>
        <translation>%1, %2 se cortaron</translation>
    </message>
    <message>
        <source>%1, %2 still open</source>
        <translation>%1, %2 aún abiertas</translation>
    </message>
    <message>
        <source>%1, %2 not accounted for: the process died</source>
        <translation>%1, %2 sin aclarar: el proceso murió</translation>
    </message>
    <message>
        <source>%1 queued at commit (limit %2)</source>
        <translation>%1 en cola en «commit» (límite %2)</translation>
    </message>
    <message>
        <source>%1 queued at commit</source>
        <translation>%1 en cola en «commit»</translation>
    </message>
    <message>
        <source>%1 turned away</source>
        <translation>%1 rechazadas</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>nada</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>no se sabe</translation>
    </message>
    <message>
        <source>the new one&apos;s</source>
        <translation>las de la nueva</translation>
    </message>
    <message>
        <source>%1 cut</source>
        <translation>%1 cortadas</translation>
    </message>
    <message>
        <source>%1 died</source>
        <translation>%1 muertas</translation>
    </message>
    <message>
        <source>%1 cut, %2 died</source>
        <translation>%1 cortadas, %2 muertas</translation>
    </message>
    <message>
        <source>Nothing was lost: generation %1 served on.</source>
        <translation>No se perdió nada: la generación %1 siguió atendiendo.</translation>
    </message>
    <message>
        <source>Connections that generation %1 had accepted ended with it; those of generation %2 were served on.</source>
        <translation>Las conexiones que la generación %1 había aceptado acabaron con ella; las de la generación %2 se siguieron atendiendo.</translation>
    </message>
    <message>
        <source>Nothing was lost: generation %1 serves on, and generation %2 finishes the connections it had accepted.</source>
        <translation>No se perdió nada: la generación %1 sigue atendiendo y la generación %2 termina las conexiones que había aceptado.</translation>
    </message>
    <message>
        <source>Connections that generation %1 had ended with it, after it had taken over.</source>
        <translation>Las conexiones de la generación %1 acabaron con ella, después de haber tomado el relevo.</translation>
    </message>
    <message>
        <source>What became of connections is not known: the program registers none.</source>
        <translation>No se sabe qué fue de las conexiones: el programa no registra ninguna.</translation>
    </message>
    <message>
        <source>Nothing was lost: %1</source>
        <translation>No se perdió nada: %1</translation>
    </message>
    <message>
        <source>Connections were lost: %1</source>
        <translation>Se perdieron conexiones: %1</translation>
    </message>
    <message>
        <source>Nothing is lost so far: %1</source>
        <translation>Por ahora no se ha perdido nada: %1</translation>
    </message>
    <message>
        <source>nobody accepted for %1 at most</source>
        <translation>nadie aceptó durante %1 como máximo</translation>
    </message>
    <message>
        <source>of generation %1, %2</source>
        <translation>de la generación %1, %2</translation>
    </message>
    <message>
        <source>last accept</source>
        <translation>última aceptación</translation>
    </message>
    <message>
        <source>first accept</source>
        <translation>primera aceptación</translation>
    </message>
    <message>
        <source>gap</source>
        <translation>hueco</translation>
    </message>
    <message>
        <source>listener</source>
        <translation>escucha en</translation>
    </message>
    <message>
        <source>connections</source>
        <translation>conexiones</translation>
    </message>
</context>
<context>
    <name>RestartReport</name>
    <message>
        <source>Restarting into generation %1 - %2</source>
        <translation>Reiniciando en la generación %1 - %2</translation>
    </message>
    <message>
        <source>Generation %1 has taken over; the generation before it finishes its connections - %2</source>
        <translation>La generación %1 ha tomado el relevo; la anterior termina sus conexiones - %2</translation>
    </message>
    <message>
        <source>Restart into generation %1 finished in %2</source>
        <translation>Reinicio en la generación %1 terminado en %2</translation>
    </message>
    <message>
        <source>Rehearsal: %1</source>
        <translation>Ensayo: %1</translation>
    </message>
    <message>
        <source>Restart into generation %1 failed after the step &quot;%2&quot; (%3)</source>
        <translation>El reinicio en la generación %1 falló tras el paso «%2» (%3)</translation>
    </message>
    <message>
        <source>Generation %1 was rolled back after the step &quot;%2&quot; (%3)</source>
        <translation>La generación %1 se revirtió tras el paso «%2» (%3)</translation>
    </message>
    <message>
        <source>The server gave no reason.</source>
        <translation>El servidor no dio ningún motivo.</translation>
    </message>
    <message>
        <source>Generation %1 keeps serving. No connection was lost.</source>
        <translation>La generación %1 sigue atendiendo. No se perdió ninguna conexión.</translation>
    </message>
    <message>
        <source>Generation %1 serves again. Connections that generation %2 had accepted ended with it.</source>
        <translation>La generación %1 vuelve a atender. Las conexiones que la generación %2 había aceptado terminaron con ella.</translation>
    </message>
    <message>
        <source>Generation %1 serves again. Generation %2 finishes the connections it had accepted.</source>
        <translation>La generación %1 vuelve a atender. La generación %2 termina las conexiones que había aceptado.</translation>
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
        <translation>No es un socket.</translation>
    </message>
    <message>
        <source>A server holds the lock beside it.</source>
        <translation>Un servidor tiene el bloqueo que la acompaña.</translation>
    </message>
    <message>
        <source>A server answers there.</source>
        <translation>Ahí responde un servidor.</translation>
    </message>
    <message>
        <source>Its process %1 is stopped.</source>
        <translation>Su proceso %1 está detenido.</translation>
    </message>
    <message>
        <source>Its process %1 waits for a disk.</source>
        <translation>Su proceso %1 espera a un disco.</translation>
    </message>
    <message>
        <source>Its process %1 is dead.</source>
        <translation>Su proceso %1 está muerto.</translation>
    </message>
    <message>
        <source>Its process %1 is busy.</source>
        <translation>Su proceso %1 está ocupado.</translation>
    </message>
</context>
<context>
    <name>WindowActions</name>
    <message>
        <source>&amp;Restart...</source>
        <translation>&amp;Reiniciar...</translation>
    </message>
    <message>
        <source>Start the next generation and hand over to it</source>
        <translation>Iniciar la próxima generación y cederle el relevo</translation>
    </message>
    <message>
        <source>C&amp;ancel Restart</source>
        <translation>&amp;Cancelar el reinicio</translation>
    </message>
    <message>
        <source>Give up the restart; the old generation serves on</source>
        <translation>Abandonar el reinicio; la generación antigua sigue atendiendo</translation>
    </message>
    <message>
        <source>Re&amp;hearse Restart</source>
        <translation>&amp;Ensayar el reinicio</translation>
    </message>
    <message>
        <source>Start the new program until it is ready, and end it again</source>
        <translation>Iniciar el programa nuevo hasta que esté listo y terminarlo</translation>
    </message>
    <message>
        <source>Show &amp;Oldest</source>
        <translation>&amp;Mostrar las más antiguas</translation>
    </message>
    <message>
        <source>Show who keeps the draining generation alive</source>
        <translation>Mostrar quién mantiene viva la generación en drenaje</translation>
    </message>
    <message>
        <source>&amp;Extend Drain</source>
        <translation>&amp;Prolongar el drenaje</translation>
    </message>
    <message>
        <source>Give draining generations ten minutes more</source>
        <translation>Dar diez minutos más a las generaciones en drenaje</translation>
    </message>
    <message>
        <source>Close &amp;Idle</source>
        <translation>Cerrar las &amp;inactivas</translation>
    </message>
    <message>
        <source>End those connections of the draining generation that were idle for a minute</source>
        <translation>Terminar las conexiones de la generación en drenaje que llevan un minuto inactivas</translation>
    </message>
    <message>
        <source>C&amp;ut Off...</source>
        <translation>Cor&amp;tar el resto...</translation>
    </message>
    <message>
        <source>Cut all connections of the draining generation</source>
        <translation>Cortar todas las conexiones de la generación en drenaje</translation>
    </message>
    <message>
        <source>&amp;Shut Down...</source>
        <translation>&amp;Apagar...</translation>
    </message>
    <message>
        <source>Accept nobody any more and end with the last connection</source>
        <translation>No aceptar a nadie más y terminar con la última conexión</translation>
    </message>
    <message>
        <source>Shut Down &amp;Now...</source>
        <translation>Apagar a&amp;hora...</translation>
    </message>
    <message>
        <source>Cut all connections and end</source>
        <translation>Cortar todas las conexiones y terminar</translation>
    </message>
    <message>
        <source>Re&amp;move from List</source>
        <translation>&amp;Quitar de la lista</translation>
    </message>
    <message>
        <source>Take a server off the list that is not there any more</source>
        <translation>Quitar de la lista un servidor que ya no existe</translation>
    </message>
    <message>
        <source>&amp;Close Connection</source>
        <translation>&amp;Cerrar la conexión</translation>
    </message>
    <message>
        <source>End the selected connections politely</source>
        <translation>Terminar de forma ordenada las conexiones seleccionadas</translation>
    </message>
    <message>
        <source>C&amp;ut Connection...</source>
        <translation>Cor&amp;tar la conexión...</translation>
    </message>
    <message>
        <source>End the selected connections at once; what is on its way is lost</source>
        <translation>Terminar al instante las conexiones seleccionadas; se pierde lo que está en camino</translation>
    </message>
    <message>
        <source>&amp;Details</source>
        <translation>&amp;Detalles</translation>
    </message>
    <message>
        <source>Show all that is known of a connection</source>
        <translation>Mostrar todo lo que se sabe de una conexión</translation>
    </message>
    <message>
        <source>C&amp;opy Rows</source>
        <translation>Co&amp;piar las filas</translation>
    </message>
    <message>
        <source>Copy the selected connections, for a spreadsheet</source>
        <translation>Copiar las conexiones seleccionadas para una hoja de cálculo</translation>
    </message>
    <message>
        <source>E&amp;xport...</source>
        <translation>&amp;Exportar...</translation>
    </message>
    <message>
        <source>Write the connections that are shown into a file</source>
        <translation>Escribir en un archivo las conexiones que se muestran</translation>
    </message>
    <message>
        <source>&amp;Filter</source>
        <translation>&amp;Filtrar</translation>
    </message>
    <message>
        <source>Show only connections with certain words</source>
        <translation>Mostrar solo las conexiones con determinadas palabras</translation>
    </message>
    <message>
        <source>&amp;Pause Updates</source>
        <translation>&amp;Pausar actualizaciones</translation>
    </message>
    <message>
        <source>Let the table stand still</source>
        <translation>Dejar la tabla quieta</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::AboutDialog</name>
    <message>
        <source>About Uninterruptible</source>
        <translation>Acerca de Uninterruptible</translation>
    </message>
    <message>
        <source>Uninterruptible %1</source>
        <translation>Uninterruptible %1</translation>
    </message>
    <message>
        <source>Watches servers, restarts them without losing a connection, and tells what happened.
Speaks version %1 of the control protocol. MIT license.</source>
        <translation>Observa servidores, los reinicia sin perder ninguna conexión y cuenta lo ocurrido.
Habla la versión %1 del protocolo de control. Licencia MIT.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::AddServerDialog</name>
    <message>
        <source>as your ssh is configured</source>
        <translation>según la configuración de su ssh</translation>
    </message>
    <message>
        <source>the only one there</source>
        <translation>el único que haya</translation>
    </message>
    <message>
        <source>Add Server</source>
        <translation>Añadir servidor</translation>
    </message>
    <message>
        <source>&amp;Host:</source>
        <translation>&amp;Equipo:</translation>
    </message>
    <message>
        <source>&amp;User:</source>
        <translation>&amp;Usuario:</translation>
    </message>
    <message>
        <source>&amp;Server:</source>
        <translation>&amp;Servidor:</translation>
    </message>
    <message>
        <source>Your own ssh is used, with its keys and configuration. At the other end it runs uninterruptiblectl, which has to be installed there.</source>
        <translation>Se usa su propio ssh, con sus claves y su configuración. En el otro extremo ejecuta uninterruptiblectl, que debe estar instalado allí.</translation>
    </message>
    <message>
        <source>What ssh said</source>
        <translation>Lo que dijo ssh</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>Probar</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Añadir</translation>
    </message>
    <message>
        <source>Connecting ...</source>
        <translation>Conectando ...</translation>
    </message>
    <message numerus="yes">
        <source>It answers: generation %1, %Ln open connection(s).</source>
        <translation>
            <numerusform>Responde: generación %1, %Ln conexión abierta.</numerusform>
            <numerusform>Responde: generación %1, %Ln conexiones abiertas.</numerusform>
        </translation>
    </message>
    <message>
        <source>No way there: %1</source>
        <translation>No hay acceso: %1</translation>
    </message>
    <message>
        <source>db1.example, db1.example:2222, or an alias of your ssh</source>
        <translation>db1.example, db1.example:2222 o un alias de su ssh</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::Banner</name>
    <message>
        <source>Dismiss</source>
        <translation>Descartar</translation>
    </message>
    <message>
        <source>Try Now</source>
        <translation>Intentar ahora</translation>
    </message>
    <message>
        <source>Stop Trying</source>
        <translation>Dejar de intentar</translation>
    </message>
    <message>
        <source>Keep Waiting</source>
        <translation>Seguir esperando</translation>
    </message>
    <message>
        <source>Disconnect</source>
        <translation>Desconectar</translation>
    </message>
    <message>
        <source>Remove from List</source>
        <translation>Quitar de la lista</translation>
    </message>
    <message>
        <source>Remove File...</source>
        <translation>Eliminar archivo...</translation>
    </message>
    <message>
        <source>Copy Command</source>
        <translation>Copiar la orden</translation>
    </message>
    <message>
        <source>Cut Off...</source>
        <translation>Cortar el resto...</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Reanudar</translation>
    </message>
    <message>
        <source>Show Output</source>
        <translation>Mostrar la salida</translation>
    </message>
    <message>
        <source>Edit...</source>
        <translation>Editar...</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Esperando</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::CommandField</name>
    <message>
        <source>Command line that does the same</source>
        <translation>Línea de órdenes que hace lo mismo</translation>
    </message>
    <message>
        <source>Copy as Command</source>
        <translation>Copiar como orden</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::ConfirmDialog</name>
    <message>
        <source>and %1 more</source>
        <translation>y %1 más</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
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
        <translation>Generación</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Estado</translation>
    </message>
    <message>
        <source>Peer</source>
        <translation>Extremo remoto</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>Etiqueta</translation>
    </message>
    <message>
        <source>Open for</source>
        <translation>Abierta</translation>
    </message>
    <message>
        <source>Idle for</source>
        <translation>Inactiva</translation>
    </message>
    <message>
        <source>In</source>
        <translation>Entrada</translation>
    </message>
    <message>
        <source>Out</source>
        <translation>Salida</translation>
    </message>
    <message>
        <source>Local address</source>
        <translation>Dirección local</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::ConnectionTable</name>
    <message>
        <source>Connections</source>
        <translation>Conexiones</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>Filtro</translation>
    </message>
    <message>
        <source>Filter: id, peer, label, state</source>
        <translation>Filtro: ID, extremo, etiqueta, estado</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::DetailsSheet</name>
    <message>
        <source>%1 (%2 ago)</source>
        <translation>%1 (hace %2)</translation>
    </message>
    <message>
        <source>%1 (%2 bytes)</source>
        <translation>%1 (%2 bytes)</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Estado</translation>
    </message>
    <message>
        <source>Generation</source>
        <translation>Generación</translation>
    </message>
    <message>
        <source>Peer</source>
        <translation>Extremo remoto</translation>
    </message>
    <message>
        <source>Local address</source>
        <translation>Dirección local</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>Etiqueta</translation>
    </message>
    <message>
        <source>Opened</source>
        <translation>Abierta</translation>
    </message>
    <message>
        <source>Last active</source>
        <translation>Última actividad</translation>
    </message>
    <message>
        <source>In</source>
        <translation>Entrada</translation>
    </message>
    <message>
        <source>Out</source>
        <translation>Salida</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copiar</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>Connection %1</source>
        <translation>Conexión %1</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>Terminada</translation>
    </message>
    <message>
        <source>none</source>
        <translation>ninguna</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Detalles</translation>
    </message>
    <message>
        <source>%1 (version %2)</source>
        <translation>%1 (versión %2)</translation>
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
        <translation>Prolongar</translation>
    </message>
    <message>
        <source>Give these connections more time</source>
        <translation>Dar más tiempo a estas conexiones</translation>
    </message>
    <message>
        <source>Close Idle</source>
        <translation>Cerrar inactivas</translation>
    </message>
    <message>
        <source>End politely what was idle for a minute</source>
        <translation>Terminar de forma ordenada lo que lleva un minuto inactivo</translation>
    </message>
    <message>
        <source>Cut Off...</source>
        <translation>Cortar el resto...</translation>
    </message>
    <message>
        <source>End all of them at once</source>
        <translation>Terminarlas todas al instante</translation>
    </message>
    <message>
        <source>Show Oldest</source>
        <translation>Ver las más antiguas</translation>
    </message>
    <message>
        <source>Show who has been connected for longest</source>
        <translation>Mostrar quién lleva más tiempo conectado</translation>
    </message>
    <message>
        <source>By 10 Minutes</source>
        <translation>10 minutos</translation>
    </message>
    <message>
        <source>By 1 Hour</source>
        <translation>1 hora</translation>
    </message>
    <message>
        <source>Without Limit</source>
        <translation>Sin límite</translation>
    </message>
    <message>
        <source>You may look but not change.</source>
        <translation>Puede mirar pero no cambiar nada.</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::EmptyPage</name>
    <message>
        <source>Open Guide</source>
        <translation>Abrir la guía</translation>
    </message>
    <message>
        <source>A server appears here as soon as it runs, for example:
    echo-server --bind tcp://127.0.0.1:6789</source>
        <translation>Un servidor aparece aquí en cuanto está en marcha, por ejemplo:
    echo-server --bind tcp://127.0.0.1:6789</translation>
    </message>
    <message>
        <source>Look Again</source>
        <translation>Buscar de nuevo</translation>
    </message>
    <message>
        <source>Add Server...</source>
        <translation>Añadir servidor...</translation>
    </message>
    <message>
        <source>No server found</source>
        <translation>No se encontró ningún servidor</translation>
    </message>
    <message>
        <source>No server &quot;%1&quot; found</source>
        <translation>No se encontró ningún servidor «%1»</translation>
    </message>
    <message>
        <source>Looked in:
    %1</source>
        <translation>Se buscó en:
    %1</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::EventModel</name>
    <message>
        <source>Time</source>
        <translation>Hora</translation>
    </message>
    <message>
        <source>About</source>
        <translation>Acerca de</translation>
    </message>
    <message>
        <source>Event</source>
        <translation>Suceso</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::EventView</name>
    <message>
        <source>Events</source>
        <translation>Sucesos</translation>
    </message>
    <message>
        <source>Nothing has happened yet.</source>
        <translation>Aún no ha ocurrido nada.</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Copiar</translation>
    </message>
    <message>
        <source>Copy the selected events as lines of text</source>
        <translation>Copiar los sucesos seleccionados como líneas de texto</translation>
    </message>
    <message>
        <source>Select &amp;All</source>
        <translation>Seleccionar &amp;todo</translation>
    </message>
    <message>
        <source>Select all events</source>
        <translation>Seleccionar todos los sucesos</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::GenerationCard</name>
    <message>
        <source>Open connections in the last two minutes</source>
        <translation>Conexiones abiertas en los últimos dos minutos</translation>
    </message>
    <message>
        <source>Accepted connections in the last two minutes</source>
        <translation>Conexiones aceptadas en los últimos dos minutos</translation>
    </message>
    <message>
        <source>Connections that have finished</source>
        <translation>Conexiones que han terminado</translation>
    </message>
    <message>
        <source>Generation %1</source>
        <translation>Generación %1</translation>
    </message>
    <message>
        <source>pid %1</source>
        <translation>PID %1</translation>
    </message>
    <message>
        <source>%1 of %2 left</source>
        <translation>quedan %1 de %2</translation>
    </message>
    <message>
        <source>Generation %1, %2, %3</source>
        <translation>Generación %1, %2, %3</translation>
    </message>
    <message>
        <source>draining since %1 (%2)</source>
        <translation>en drenaje desde %1 (%2)</translation>
    </message>
    <message>
        <source>since %1 (%2)</source>
        <translation>desde %1 (%2)</translation>
    </message>
    <message>
        <source>oldest %1</source>
        <translation>la más antigua: %1</translation>
    </message>
    <message>
        <source>cut off at %1 (in %2)</source>
        <translation>corte a las %1 (en %2)</translation>
    </message>
    <message>
        <source>%1 new/s</source>
        <translation>%1 nuevas/s</translation>
    </message>
    <message>
        <source>%1, as of %2</source>
        <translation>%1, a las %2</translation>
    </message>
    <message>
        <source>version %1</source>
        <translation>versión %1</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::GenerationCards</name>
    <message>
        <source>Generations</source>
        <translation>Generaciones</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::GenerationListModel</name>
    <message>
        <source>Generation %1 - %2</source>
        <translation>Generación %1 - %2</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::HistoryModel</name>
    <message>
        <source>Outcome: %1</source>
        <translation>Resultado: %1</translation>
    </message>
    <message>
        <source>Steps: %1</source>
        <translation>Pasos: %1</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Cuándo</translation>
    </message>
    <message>
        <source>Generations</source>
        <translation>Generaciones</translation>
    </message>
    <message>
        <source>Outcome</source>
        <translation>Resultado</translation>
    </message>
    <message>
        <source>Took</source>
        <translation>Duración</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Pasos</translation>
    </message>
    <message>
        <source>Lost</source>
        <translation>Perdidas</translation>
    </message>
    <message>
        <source>Asked by</source>
        <translation>Pedido por</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::HistoryView</name>
    <message>
        <source>Restarts</source>
        <translation>Reinicios</translation>
    </message>
    <message>
        <source>It has not been restarted yet.</source>
        <translation>Aún no se ha reiniciado.</translation>
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
        <translation>Escrito en %1</translation>
    </message>
    <message>
        <source>%1 was not written: %2</source>
        <translation>No se escribió %1: %2</translation>
    </message>
    <message>
        <source>%1 - Uninterruptible</source>
        <translation>%1 - Uninterruptible</translation>
    </message>
    <message>
        <source>Copied: %1</source>
        <translation>Copiado: %1</translation>
    </message>
    <message>
        <source>What ssh said</source>
        <translation>Lo que dijo ssh</translation>
    </message>
    <message numerus="yes">
        <source>Copied %Ln connection(s)</source>
        <translation>
            <numerusform>%Ln conexión copiada</numerusform>
            <numerusform>%Ln conexiones copiadas</numerusform>
        </translation>
    </message>
    <message>
        <source>Export Connections</source>
        <translation>Exportar las conexiones</translation>
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
        <translation>¿Eliminar el archivo de %1?</translation>
    </message>
    <message>
        <source>%1 leads to no server any more. It is removed only if that is still so.</source>
        <translation>%1 ya no lleva a ningún servidor. Solo se elimina si eso sigue siendo así.</translation>
    </message>
    <message>
        <source>Remove File</source>
        <translation>Eliminar archivo</translation>
    </message>
    <message>
        <source>The guide was not installed with this program.</source>
        <translation>La guía no se instaló con este programa.</translation>
    </message>
    <message>
        <source>No program was found that opens %1</source>
        <translation>No se encontró ningún programa que abra %1</translation>
    </message>
    <message>
        <source>&amp;Look Again</source>
        <translation>&amp;Buscar de nuevo</translation>
    </message>
    <message>
        <source>Look for servers now</source>
        <translation>Buscar servidores ahora</translation>
    </message>
    <message>
        <source>A&amp;dd Server...</source>
        <translation>Aña&amp;dir servidor...</translation>
    </message>
    <message>
        <source>Take a server into the list that is reached by ssh</source>
        <translation>Añadir a la lista un servidor al que se llega por ssh</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Salir</translation>
    </message>
    <message>
        <source>End this program; the servers go on</source>
        <translation>Terminar este programa; los servidores siguen en marcha</translation>
    </message>
    <message>
        <source>P&amp;references...</source>
        <translation>P&amp;referencias...</translation>
    </message>
    <message>
        <source>Choose how this program shows things</source>
        <translation>Elegir cómo muestra las cosas este programa</translation>
    </message>
    <message>
        <source>&amp;Keyboard Shortcuts</source>
        <translation>Atajos de &amp;teclado</translation>
    </message>
    <message>
        <source>Show all keys of this program</source>
        <translation>Mostrar todas las teclas de este programa</translation>
    </message>
    <message>
        <source>Open &amp;Guide</source>
        <translation>Abrir la &amp;guía</translation>
    </message>
    <message>
        <source>Read how this program is used</source>
        <translation>Leer cómo se usa este programa</translation>
    </message>
    <message>
        <source>&amp;About Uninterruptible</source>
        <translation>&amp;Acerca de Uninterruptible</translation>
    </message>
    <message>
        <source>Show the version</source>
        <translation>Mostrar la versión</translation>
    </message>
    <message>
        <source>&amp;Server</source>
        <translation>&amp;Servidor</translation>
    </message>
    <message>
        <source>Copy as &amp;Command</source>
        <translation>Copiar como &amp;orden</translation>
    </message>
    <message>
        <source>&amp;Connection</source>
        <translation>&amp;Conexión</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ver</translation>
    </message>
    <message>
        <source>&amp;Columns</source>
        <translation>&amp;Columnas</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Ayuda</translation>
    </message>
    <message>
        <source>Copy as Command</source>
        <translation>Copiar como orden</translation>
    </message>
    <message>
        <source>Actions</source>
        <translation>Acciones</translation>
    </message>
    <message>
        <source>Your user may look at the server, but not at the program&apos;s log.</source>
        <translation>Su usuario puede ver el servidor, pero no el registro del programa.</translation>
    </message>
    <message>
        <source>Show &amp;Events</source>
        <translation>Mostrar suc&amp;esos</translation>
    </message>
    <message>
        <source>Show what happens to the server, or hide it</source>
        <translation>Mostrar lo que le ocurre al servidor u ocultarlo</translation>
    </message>
    <message>
        <source>Show the restarts of the server so far, or hide them</source>
        <translation>Mostrar los reinicios del servidor hasta ahora u ocultarlos</translation>
    </message>
    <message>
        <source>Show &amp;Log Lines</source>
        <translation>Mostrar &amp;líneas del registro</translation>
    </message>
    <message>
        <source>Show what the program logs among the events</source>
        <translation>Mostrar entre los sucesos lo que el programa registra</translation>
    </message>
    <message>
        <source>Show Re&amp;starts</source>
        <translation>Mostrar rei&amp;nicios</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::OutputDialog</name>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::PastPanel</name>
    <message>
        <source>What has happened</source>
        <translation>Lo ocurrido</translation>
    </message>
    <message>
        <source>Events</source>
        <translation>Sucesos</translation>
    </message>
    <message>
        <source>Restarts</source>
        <translation>Reinicios</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::PreferencesDialog</name>
    <message>
        <source>&amp;Ask again before every restart</source>
        <translation>Volver a &amp;preguntar antes de cada reinicio</translation>
    </message>
    <message>
        <source>Stay in the t&amp;ray when the window is closed, and notify</source>
        <translation>Permanecer en la &amp;bandeja al cerrar la ventana y notificar</translation>
    </message>
    <message>
        <source>Preferences</source>
        <translation>Preferencias</translation>
    </message>
    <message>
        <source>1 kB is 1,000 bytes</source>
        <translation>1 kB son 1.000 bytes</translation>
    </message>
    <message>
        <source>1 KiB is 1,024 bytes</source>
        <translation>1 KiB son 1.024 bytes</translation>
    </message>
    <message>
        <source>How long ago</source>
        <translation>Cuánto tiempo hace</translation>
    </message>
    <message>
        <source>The time of day</source>
        <translation>La hora</translation>
    </message>
    <message>
        <source>5 times a second</source>
        <translation>5 veces por segundo</translation>
    </message>
    <message>
        <source>Twice a second</source>
        <translation>Dos veces por segundo</translation>
    </message>
    <message>
        <source>Every second</source>
        <translation>Cada segundo</translation>
    </message>
    <message>
        <source>Every 5 seconds</source>
        <translation>Cada 5 segundos</translation>
    </message>
    <message>
        <source>All servers are asked about.</source>
        <translation>Se pregunta para todos los servidores.</translation>
    </message>
    <message>
        <source>Tells of restarts that failed or, while the window is out of sight, finished, and of servers that were lost.</source>
        <translation>Avisa de los reinicios que fallan o que, mientras la ventana no está a la vista, terminan, y de los servidores que se pierden.</translation>
    </message>
    <message>
        <source>This desktop has no tray.</source>
        <translation>Este escritorio no tiene bandeja.</translation>
    </message>
    <message>
        <source>&amp;Sizes:</source>
        <translation>&amp;Tamaños:</translation>
    </message>
    <message>
        <source>&amp;Times in the table:</source>
        <translation>&amp;Horas en la tabla:</translation>
    </message>
    <message>
        <source>&amp;Updates at most:</source>
        <translation>&amp;Actualizar como máximo:</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Guardar</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::RestartDialog</name>
    <message>
        <source>&amp;Cut off what is left after</source>
        <translation>&amp;Cortar el resto tras</translation>
    </message>
    <message>
        <source>&amp;Trial of the new generation</source>
        <translation>&amp;Prueba de la nueva generación</translation>
    </message>
    <message>
        <source>Re&amp;hearse only: start the new program until it is ready, and end it</source>
        <translation>Solo &amp;ensayar: iniciar el programa nuevo hasta que esté listo y terminarlo</translation>
    </message>
    <message>
        <source>&amp;Do not ask again for this server</source>
        <translation>&amp;No volver a preguntar para este servidor</translation>
    </message>
    <message>
        <source>Restart %1?</source>
        <translation>¿Reiniciar %1?</translation>
    </message>
    <message>
        <source>New connections go to a new process. Those that are open (%1) may finish on the old one. If the new process does not get ready, the old one goes on serving.</source>
        <translation>Las conexiones nuevas van a un proceso nuevo. Las abiertas (%1) pueden terminar en el antiguo. Si el proceso nuevo no llega a estar listo, el antiguo sigue atendiendo.</translation>
    </message>
    <message>
        <source>&amp;Program that is started:</source>
        <translation>Programa que se &amp;inicia:</translation>
    </message>
    <message>
        <source>seconds</source>
        <translation>segundos</translation>
    </message>
    <message>
        <source>minutes</source>
        <translation>minutos</translation>
    </message>
    <message>
        <source>hours</source>
        <translation>horas</translation>
    </message>
    <message>
        <source>Unit of the time to drain</source>
        <translation>Unidad del tiempo de drenaje</translation>
    </message>
    <message>
        <source>Time to drain</source>
        <translation>Tiempo de drenaje</translation>
    </message>
    <message>
        <source>Otherwise: never</source>
        <translation>Si no: nunca</translation>
    </message>
    <message>
        <source>Otherwise: after %1</source>
        <translation>Si no: tras %1</translation>
    </message>
    <message>
        <source> s</source>
        <translation> s</translation>
    </message>
    <message>
        <source>none</source>
        <translation>ninguna</translation>
    </message>
    <message>
        <source>Length of the trial</source>
        <translation>Duración de la prueba</translation>
    </message>
    <message>
        <source>Otherwise: none</source>
        <translation>Si no: ninguna</translation>
    </message>
    <message>
        <source>Otherwise: %1</source>
        <translation>Si no: %1</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Restart</source>
        <translation>Reiniciar</translation>
    </message>
    <message>
        <source>Rehearse</source>
        <translation>Ensayar</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::RestartSheet</name>
    <message>
        <source>Copy Report</source>
        <translation>Copiar informe</translation>
    </message>
    <message>
        <source>Report of the restart</source>
        <translation>Informe del reinicio</translation>
    </message>
    <message>
        <source>Restart %1: %2</source>
        <translation>Reinicio %1: %2</translation>
    </message>
    <message>
        <source>Restart %1: %2, %3</source>
        <translation>Reinicio %1: %2, %3</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::RestartStrip</name>
    <message>
        <source>Cancel Restart</source>
        <translation>Cancelar el reinicio</translation>
    </message>
    <message>
        <source>Try Again</source>
        <translation>Intentar de nuevo</translation>
    </message>
    <message>
        <source>Copy Report</source>
        <translation>Copiar el informe</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Descartar</translation>
    </message>
    <message>
        <source>Last lines the new process wrote</source>
        <translation>Últimas líneas que escribió el proceso nuevo</translation>
    </message>
    <message>
        <source>Roll Back</source>
        <translation>Revertir</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::ScopeBar</name>
    <message>
        <source>Which connections are shown</source>
        <translation>Qué conexiones se muestran</translation>
    </message>
    <message>
        <source>All %1</source>
        <translation>Todas: %1</translation>
    </message>
    <message>
        <source>Generation %1: %2</source>
        <translation>Generación %1: %2</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::ServerCommands</name>
    <message>
        <source>Shut down %1?</source>
        <translation>¿Apagar %1?</translation>
    </message>
    <message>
        <source>New clients are refused from now on. Those that are connected (%1) may finish; %2 ends with the last one.</source>
        <translation>Desde ahora se rechaza a los clientes nuevos. Los que están conectados (%1) pueden terminar; %2 termina con el último.</translation>
    </message>
    <message>
        <source>Shut Down</source>
        <translation>Apagar</translation>
    </message>
    <message numerus="yes">
        <source>Cut %Ln connection(s) and end %1 now?</source>
        <translation>
            <numerusform>¿Cortar %Ln conexión y terminar %1 ahora?</numerusform>
            <numerusform>¿Cortar %Ln conexiones y terminar %1 ahora?</numerusform>
        </translation>
    </message>
    <message>
        <source>What has not been delivered yet is lost. New clients are refused.</source>
        <translation>Se pierde lo que aún no se ha entregado. Se rechaza a los clientes nuevos.</translation>
    </message>
    <message>
        <source>Shut Down Now</source>
        <translation>Apagar ahora</translation>
    </message>
    <message numerus="yes">
        <source>Closing %Ln connection(s)</source>
        <translation>
            <numerusform>Cerrando %Ln conexión</numerusform>
            <numerusform>Cerrando %Ln conexiones</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Closing %Ln connection(s) in %1 s</source>
        <translation>
            <numerusform>Se cerrará %Ln conexión en %1 s</numerusform>
            <numerusform>Se cerrarán %Ln conexiones en %1 s</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Close %Ln connection(s)?</source>
        <translation>
            <numerusform>¿Cerrar %Ln conexión?</numerusform>
            <numerusform>¿Cerrar %Ln conexiones?</numerusform>
        </translation>
    </message>
    <message>
        <source>Each client gets what the server still has to say to it, and then the end of the connection.</source>
        <translation>Cada cliente recibe lo que el servidor aún tiene que decirle y, después, el fin de la conexión.</translation>
    </message>
    <message numerus="yes">
        <source>Close Connection(s)</source>
        <translation>
            <numerusform>Cerrar la conexión</numerusform>
            <numerusform>Cerrar las conexiones</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Cut %Ln connection(s) now?</source>
        <translation>
            <numerusform>¿Cortar %Ln conexión ahora?</numerusform>
            <numerusform>¿Cortar %Ln conexiones ahora?</numerusform>
        </translation>
    </message>
    <message>
        <source>Both directions end at once. What has not been delivered yet is lost.</source>
        <translation>Ambos sentidos terminan al instante. Se pierde lo que aún no se ha entregado.</translation>
    </message>
    <message numerus="yes">
        <source>Cut Connection(s)</source>
        <translation>
            <numerusform>Cortar la conexión</numerusform>
            <numerusform>Cortar las conexiones</numerusform>
        </translation>
    </message>
    <message>
        <source>Closing what was idle for a minute in generation %1</source>
        <translation>Cerrando lo que lleva un minuto inactivo en la generación %1</translation>
    </message>
    <message>
        <source>Closing what was idle for a minute in generation %2, in %1 s</source>
        <translation>En %1 s se cerrará lo que lleva un minuto inactivo en la generación %2</translation>
    </message>
    <message>
        <source>Generation %1 ends with them. Both directions end at once. What has not been delivered yet is lost.</source>
        <translation>La generación %1 termina con ellas. Ambos sentidos terminan al instante. Se pierde lo que aún no se ha entregado.</translation>
    </message>
    <message>
        <source>The restart begins when the one that goes on has ended</source>
        <translation>El reinicio empezará cuando termine el que está en curso</translation>
    </message>
    <message numerus="yes">
        <source>Cut %Ln connection(s)</source>
        <translation>
            <numerusform>%Ln conexión cortada</numerusform>
            <numerusform>%Ln conexiones cortadas</numerusform>
        </translation>
    </message>
    <message>
        <source>Generation %1 is cut off at %2</source>
        <translation>La generación %1 se cortará a las %2</translation>
    </message>
    <message>
        <source>Generation %1 is not cut off</source>
        <translation>La generación %1 no se cortará</translation>
    </message>
    <message>
        <source>No restart: %1</source>
        <translation>Sin reinicio: %1</translation>
    </message>
    <message>
        <source>No rehearsal: %1</source>
        <translation>Sin ensayo: %1</translation>
    </message>
    <message>
        <source>Not cancelled: %1</source>
        <translation>No se canceló: %1</translation>
    </message>
    <message>
        <source>Not shut down: %1</source>
        <translation>No se apagó: %1</translation>
    </message>
    <message>
        <source>Not closed: %1</source>
        <translation>No se cerró: %1</translation>
    </message>
    <message>
        <source>Not cut: %1</source>
        <translation>No se cortó: %1</translation>
    </message>
    <message>
        <source>Not extended: %1</source>
        <translation>No se prolongó: %1</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::ServerHeader</name>
    <message>
        <source>generation %1 up %2</source>
        <translation>generación %1 en marcha desde hace %2</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::ServerLink</name>
    <message>
        <source>%1 speaks protocol %2, this program speaks %3.</source>
        <translation>%1 habla el protocolo %2; este programa, el %3.</translation>
    </message>
    <message>
        <source>There is no connection to the server.</source>
        <translation>No hay conexión con el servidor.</translation>
    </message>
    <message>
        <source>The connection to the server ended before it answered.</source>
        <translation>La conexión con el servidor terminó antes de que respondiera.</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::ServerListModel</name>
    <message>
        <source>This Computer</source>
        <translation>Este equipo</translation>
    </message>
    <message>
        <source>%1 on %2: %3</source>
        <translation>%1 en %2: %3</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::ServerListView</name>
    <message>
        <source>ended</source>
        <translation>terminado</translation>
    </message>
    <message>
        <source>gone</source>
        <translation>ausente</translation>
    </message>
    <message>
        <source>lost</source>
        <translation>perdido</translation>
    </message>
    <message>
        <source>denied</source>
        <translation>denegado</translation>
    </message>
    <message>
        <source>not trusted</source>
        <translation>sin confianza</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>desconocido</translation>
    </message>
    <message>
        <source>no way</source>
        <translation>sin acceso</translation>
    </message>
    <message>
        <source>silent</source>
        <translation>mudo</translation>
    </message>
    <message>
        <source>Servers</source>
        <translation>Servidores</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::ServerNotices</name>
    <message>
        <source>The restart of %1 was rolled back</source>
        <translation>El reinicio de %1 se revirtió</translation>
    </message>
    <message>
        <source>The restart of %1 failed</source>
        <translation>El reinicio de %1 falló</translation>
    </message>
    <message>
        <source>%1 has restarted</source>
        <translation>%1 se ha reiniciado</translation>
    </message>
    <message>
        <source>Lost %1</source>
        <translation>Se perdió %1</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::ServerPage</name>
    <message>
        <source>The file was not removed: %1</source>
        <translation>No se eliminó el archivo: %1</translation>
    </message>
    <message numerus="yes">
        <source>Paused at %1. %Ln change(s) waiting.</source>
        <translation>
            <numerusform>En pausa desde las %1. %Ln cambio pendiente.</numerusform>
            <numerusform>En pausa desde las %1. %Ln cambios pendientes.</numerusform>
        </translation>
    </message>
    <message>
        <source>You look at %1 without changing it, as this program was started with --read-only.</source>
        <translation>Usted solo mira %1, sin cambiar nada, porque este programa se inició con --read-only.</translation>
    </message>
    <message>
        <source>You may look at %1 but not change it: your user is neither the server&apos;s own nor in its operate group.</source>
        <translation>Puede mirar %1 pero no cambiarlo: su usuario no es el del servidor ni pertenece a su grupo de operadores.</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::ShortcutsDialog</name>
    <message>
        <source>Keyboard Shortcuts</source>
        <translation>Atajos de teclado</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Tecla</translation>
    </message>
    <message>
        <source>What it does</source>
        <translation>Qué hace</translation>
    </message>
    <message>
        <source>Ctrl+1 to Ctrl+9</source>
        <translation>Ctrl+1 a Ctrl+9</translation>
    </message>
    <message>
        <source>Choose a server</source>
        <translation>Elegir un servidor</translation>
    </message>
    <message>
        <source>Ctrl+Z</source>
        <translation>Ctrl+Z</translation>
    </message>
    <message>
        <source>Undo, as long as it is offered</source>
        <translation>Deshacer, mientras se ofrezca</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Clear the filter, leave a dialog</source>
        <translation>Vaciar el filtro, salir de un diálogo</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::SshTransport</name>
    <message>
        <source>ssh ended with status %1</source>
        <translation>ssh terminó con el estado %1</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::StatusLine</name>
    <message>
        <source>Looking for servers</source>
        <translation>Buscando servidores</translation>
    </message>
    <message>
        <source>%1 selected of %2</source>
        <translation>%1 de %2 seleccionadas</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>en pausa</translation>
    </message>
    <message>
        <source>up to date</source>
        <translation>al día</translation>
    </message>
    <message>
        <source>as of %1</source>
        <translation>datos de las %1</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::StepStop</name>
    <message>
        <source>%1: not yet</source>
        <translation>%1: aún no</translation>
    </message>
    <message>
        <source>%1: going on</source>
        <translation>%1: en curso</translation>
    </message>
    <message>
        <source>%1: not reached</source>
        <translation>%1: no alcanzado</translation>
    </message>
    <message>
        <source>%1: reached after %2</source>
        <translation>%1: alcanzado tras %2</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::StepTrack</name>
    <message>
        <source>Steps of the restart</source>
        <translation>Pasos del reinicio</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::TableColumns</name>
    <message>
        <source>Usual Columns</source>
        <translation>Columnas habituales</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::TableNote</name>
    <message>
        <source>Clear Filter</source>
        <translation>Vaciar el filtro</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copiar</translation>
    </message>
    <message>
        <source>Copy the command that connects</source>
        <translation>Copiar la orden que conecta</translation>
    </message>
    <message>
        <source>This generation has no connection.</source>
        <translation>Esta generación no tiene ninguna conexión.</translation>
    </message>
    <message>
        <source>No connection matches &quot;%1&quot;.</source>
        <translation>Ninguna conexión coincide con «%1».</translation>
    </message>
    <message>
        <source>Nobody is connected.</source>
        <translation>No hay nadie conectado.</translation>
    </message>
    <message>
        <source>Nobody is connected.
Try: %1</source>
        <translation>No hay nadie conectado.
Pruebe: %1</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::Tray</name>
    <message>
        <source>&amp;Show Window</source>
        <translation>&amp;Mostrar la ventana</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Salir</translation>
    </message>
    <message>
        <source>Uninterruptible</source>
        <translation>Uninterruptible</translation>
    </message>
    <message>
        <source>The restart goes on</source>
        <translation>El reinicio continúa</translation>
    </message>
    <message>
        <source>It is the server&apos;s and needs no window. This program stays in the tray and tells how the restart ends; the menu of its icon has Quit.</source>
        <translation>Es cosa del servidor y no necesita ninguna ventana. Este programa permanece en la bandeja y avisa de cómo termina el reinicio; el menú de su icono tiene «Salir».</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::UndoBar</name>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Deshacer</translation>
    </message>
    <message>
        <source>Time left to undo</source>
        <translation>Tiempo que queda para deshacer</translation>
    </message>
</context>
<context>
    <name>uninterruptible::admin::WindowActions</name>
    <message>
        <source>Copy the command line that does the same</source>
        <translation>Copiar la línea de órdenes que hace lo mismo</translation>
    </message>
    <message>
        <source>Roll &amp;Back</source>
        <translation>Re&amp;vertir</translation>
    </message>
    <message>
        <source>C&amp;ancel Restart</source>
        <translation>&amp;Cancelar el reinicio</translation>
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
        <translation>1 conexión</translation>
    </message>
    <message numerus="yes">
        <source>%Ln connections</source>
        <translation>
            <numerusform>%Ln conexión</numerusform>
            <numerusform>%Ln conexiones</numerusform>
        </translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>Iniciándose</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>Activa</translation>
    </message>
    <message>
        <source>Standby</source>
        <translation>En espera</translation>
    </message>
    <message>
        <source>Draining</source>
        <translation>En drenaje</translation>
    </message>
    <message>
        <source>Stopping</source>
        <translation>Terminando</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Abierta</translation>
    </message>
    <message>
        <source>Closing</source>
        <translation>Cerrándose</translation>
    </message>
    <message>
        <source>Requested</source>
        <translation>Solicitado</translation>
    </message>
    <message>
        <source>Spawned</source>
        <translation>Iniciado</translation>
    </message>
    <message>
        <source>Connected</source>
        <translation>Conectado</translation>
    </message>
    <message>
        <source>Offered</source>
        <translation>Ofrecido</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>Listo</translation>
    </message>
    <message>
        <source>Committed</source>
        <translation>Confirmado</translation>
    </message>
    <message>
        <source>Trial</source>
        <translation>Prueba</translation>
    </message>
    <message>
        <source>Final</source>
        <translation>Definitivo</translation>
    </message>
    <message>
        <source>Finished</source>
        <translation>Terminado</translation>
    </message>
    <message>
        <source>Rehearsed</source>
        <translation>Ensayado</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fallido</translation>
    </message>
    <message>
        <source>Rolled back</source>
        <translation>Revertido</translation>
    </message>
    <message>
        <source>Process %1 exited with status %2.</source>
        <translation>El proceso %1 terminó con el estado %2.</translation>
    </message>
    <message>
        <source>Process %1 was ended by signal %2.</source>
        <translation>El proceso %1 terminó por la señal %2.</translation>
    </message>
</context>
</TS>
