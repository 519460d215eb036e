#pragma once

#include <QDialog>

class QCheckBox;
class QComboBox;

namespace uninterruptible::admin {

class Settings;

/// How the program shows things; written to the settings when it is accepted. Opened with open(); deletes
/// itself.
class PreferencesDialog : public QDialog {
  Q_OBJECT

 public:
  /// `settings` must outlive this. Without a tray on this desktop nobody can want one.
  PreferencesDialog(Settings* settings, bool trayAvailable, QWidget* parent = nullptr);

 private:
  void apply();

  Settings* const settings_;
  QComboBox* sizes_;
  QComboBox* times_;
  QComboBox* interval_;
  QCheckBox* askAgain_;
  QCheckBox* tray_;
};

}  // namespace uninterruptible::admin
