# lrelease makes of the .ts files what a program reads. Without it all is built, in English.
# Not by Qt6LinguistTools: Debian has the program in a package without that.
find_program(UNINTERRUPTIBLE_LRELEASE NAMES lrelease lrelease-qt6
             HINTS ${QT6_INSTALL_PREFIX}/${QT6_INSTALL_BINS} /usr/lib/qt6/bin DOC "lrelease of Qt 6")
if(NOT UNINTERRUPTIBLE_LRELEASE)
  message(WARNING
    "Qt's lrelease was not found: uninterruptible-admin will be English only.\n"
    "On Debian and Ubuntu:  apt-get install qt6-l10n-tools")
endif()

# uninterruptible_translate(TARGET FILE.ts...): puts the languages into the target and into whatever links it, as
# :/translations/*.qm; uninterruptible_qm is the list of these files.
function(uninterruptible_translate target)
  if(NOT UNINTERRUPTIBLE_LRELEASE OR NOT ARGN)
    return()
  endif()
  set(results "")
  foreach(source IN LISTS ARGN)
    get_filename_component(name ${source} NAME_WE)
    set(result ${CMAKE_CURRENT_BINARY_DIR}/translations/${name}.qm)
    add_custom_command(OUTPUT ${result} COMMAND ${UNINTERRUPTIBLE_LRELEASE} -silent ${source} -qm ${result}
                       DEPENDS ${source} COMMENT "Translations: ${name}" VERBATIM)
    list(APPEND results ${result})
  endforeach()
  set(uninterruptible_qm ${results} PARENT_SCOPE)
  qt_add_resources(${target} uninterruptible_translations PREFIX "/" BASE ${CMAKE_CURRENT_BINARY_DIR} FILES ${results})
endfunction()
